# shellcheck shell=sh
# Read by ./test: the PostgreSQL server programs for the tests marked `postgres`.
# Each test run makes its own throw-away cluster; none is created or started here.
# The server refuses to run as root: as root the tests run it as user `postgres` (of the package) or `nobody`.

# postgres_folder: print the folder with initdb, pg_ctl and postgres (newest first), or nothing.
postgres_folder() {
    initdb=$(command -v initdb 2>/dev/null)
    # shellcheck disable=SC2012  # these folder names are Debian's: digits only
    for folder in ${initdb:+"${initdb%/*}"} $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn); do
        if [ -x "$folder/initdb" ] && [ -x "$folder/pg_ctl" ] && [ -x "$folder/postgres" ]; then
            printf '%s\n' "$folder"
            return 0
        fi
    done
}

# install_postgres: the Debian package, without the cluster and the running service that it would bring along.
install_postgres() {
    settings=/etc/postgresql-common/createcluster.conf
    debian_install postgresql-common
    # The owner's own settings come back afterwards, whatever happens in between.
    as_root cp -p "$settings" "$settings.before-qingfeng" &&
    as_root sh -c "sed -i '/^#*create_main_cluster/d' $settings && echo 'create_main_cluster = false' >> $settings"
    ( debian_install postgresql )
    outcome=$?
    as_root mv "$settings.before-qingfeng" "$settings"
    [ "$outcome" = 0 ] || exit "$outcome"
}

# need_postgres: put the server programs on PATH, installing them when there are none.
need_postgres() {
    [ -n "$(postgres_folder)" ] || install_postgres
    folder=$(postgres_folder)
    [ -n "$folder" ] || fail "找不到 PostgreSQL 服务器程序（initdb、pg_ctl、postgres）。" \
                             "The PostgreSQL server programs (initdb, pg_ctl, postgres) were not found."
    PATH=$folder:$PATH
    export PATH
    if [ "$(id -u)" = 0 ] && ! id postgres >/dev/null 2>&1 && ! id nobody >/dev/null 2>&1; then
        fail "以 root 身份测试 PostgreSQL 需要一个普通用户（postgres 或 nobody），本机没有。" \
             "Testing PostgreSQL as root needs an ordinary user (postgres or nobody), and this machine has none."
    fi
}
