# shellcheck shell=sh
# Read by ./start, ./test and ./dev: brings up .venv with exactly the packages of requirements/.
#
# The package itself is not installed by pip: a .pth file points the environment at src/, and a small
# launcher stands in for the console script. A build back end would be one more download that can fail,
# and would gain nothing here; `pip install .` works all the same for whoever wants a wheel.
#
# How .venv survives being interrupted: `.venv/unfinished` exists while something is being installed.
# If it is found on entry, the folder is thrown away and built again. `.venv/stamp-<set>` holds the
# checksum of the requirements file that was installed last; equal means nothing to do.

VENV=$TOP/.venv

# say <Chinese> <English>: one message for people, on standard error.
say() { printf '%s\n%s\n' "$1" "$2" >&2; }

# fail <Chinese> <English>: say it and stop.
fail() { say "$1" "$2"; exit 1; }

# as_root <command…>: as it is when we are root, through sudo when there is one, else status 126.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"
    elif command -v sudo >/dev/null 2>&1; then sudo "$@"
    else return 126
    fi
}

# debian_install <package…>: install Debian packages without questions; says what to do when it cannot.
debian_install() {
    if ! command -v apt-get >/dev/null 2>&1; then
        fail "缺少：$*。本机没有 apt-get，请用本系统的方式安装后重试。" \
             "Missing: $*. This machine has no apt-get; please install them in its own way and try again."
    fi
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null 2>&1; then
        fail "缺少：$*。您不是 root，本机也没有 sudo；请管理员执行：apt-get install $*" \
             "Missing: $*. You are not root and there is no sudo; ask an administrator to run: apt-get install $*"
    fi
    say "正在安装 Debian 软件包：$*" "Installing Debian packages: $*"
    # An index that cannot be refreshed is no reason to stop: the packages may be known already.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq >&2 ||
        say "软件包目录未能更新，继续尝试。" "The package index could not be refreshed; going on."
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2 ||
        fail "安装失败：$*。请检查网络和软件源后重试；重复执行是安全的。" \
             "Could not install: $*. Please check the network and the package sources and try again; repeating is safe."
}

# suitable_python <program>: true when it is Python 3.11 or newer and can make environments with pip.
suitable_python() {
    command -v "$1" >/dev/null 2>&1 &&
        "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# find_python: print the first suitable Python, or nothing.
find_python() {
    for candidate in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14 /usr/bin/python3; do
        if suitable_python "$candidate"; then printf '%s\n' "$candidate"; return 0; fi
    done
}

# checksum <file>: what changes when the file does (POSIX cksum: no tool to install).
checksum() { cksum < "$1"; }

# usable_venv: true when .venv has a Python that finds its own packages (not after a system upgrade took it away).
usable_venv() { [ -x "$VENV/bin/python" ] && "$VENV/bin/python" -c 'import pip' >/dev/null 2>&1; }

# installed <set>: true when .venv works and holds what requirements/<set>.txt says today.
installed() {
    [ ! -e "$VENV/unfinished" ] && usable_venv &&
        [ "$(cat "$VENV/stamp-$1" 2>/dev/null)" = "$(checksum "$TOP/requirements/$1.txt")" ]
}

# make_venv: an empty environment that finds src/ and has the launcher; replaces a broken one.
make_venv() {
    python=$(find_python)
    if [ -z "$python" ]; then
        debian_install python3 python3-venv ca-certificates
        python=$(find_python)
    fi
    [ -n "$python" ] || fail "需要 Python 3.11 或更新版本（含 venv），本机没有。" \
                             "Python 3.11 or newer with venv is needed, and this machine has none."
    rm -rf "$VENV"
    # The mark comes first, so that a venv cut off half-way is recognised.
    if ! { mkdir -p "$VENV" && : > "$VENV/unfinished" && "$python" -m venv "$VENV" >&2; }; then
        rm -rf "$VENV"
        fail "无法创建 .venv，请检查磁盘空间和目录权限。" "Could not create .venv; please check disk space and folder permissions."
    fi
}

# link_package: make `import qingfeng` and `.venv/bin/qingfeng` mean the source tree.
link_package() {
    site=$("$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))') &&
    # Both relative: the tree may be moved. Through sh, because a first line with a long path or blanks breaks.
    printf '../../../../src\n' > "$site/qingfeng-source.pth" &&
    cat > "$VENV/bin/qingfeng" <<'LAUNCHER' &&
#!/bin/sh
exec "$(dirname "$0")/python" -c 'import sys; from qingfeng.cli.main import main; sys.argv[0] = "qingfeng"; sys.exit(main())' "$@"
LAUNCHER
    chmod +x "$VENV/bin/qingfeng"
}

# install_set <base|analysis|dev>: bring .venv to requirements/<set>.txt; quick when it is there already.
install_set() {
    installed "$1" && return 0
    # Two runs at once must not build the same folder. flock is part of every Debian; without it we go on.
    if command -v flock >/dev/null 2>&1; then
        exec 9> "$TOP/.venv.lock"
        flock 9
    fi
    if ! installed "$1"; then
        if [ -e "$VENV/unfinished" ] || ! usable_venv; then make_venv; fi
        : > "$VENV/unfinished"
        say "正在安装 Python 软件包（requirements/$1.txt）……" "Installing Python packages (requirements/$1.txt) …"
        "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --require-hashes --only-binary :all: \
            -r "$TOP/requirements/$1.txt" >&2 9>&- ||
            fail "Python 软件包安装失败。请检查网络（或 pip 的镜像设置）后重试；重复执行是安全的。" \
                 "The Python packages could not be installed. Please check the network (or pip's mirror settings) and try again; repeating is safe."
        link_package || fail "无法写入 .venv。" "Could not write to .venv."
        # Last of all, and only now: the set is complete.
        checksum "$TOP/requirements/$1.txt" > "$VENV/stamp-$1"
        rm -f "$VENV/unfinished"
    fi
    # Let go of the lock here: a server started next would hold it for as long as it runs.
    exec 9>&-
}

# run <module> [arguments]: a Python tool of .venv; by module, because the scripts in bin/ hold absolute paths.
run() { "$VENV/bin/python" -m "$@"; }
