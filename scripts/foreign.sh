# shellcheck shell=sh
# Read by ./test --all: what other people's programs check the log with: Node for the checker written from the documents alone,
# Go and Debian's golang.org/x/mod for the second implementation of the tree.

# need_foreign: install them where they are missing; without them those tests say so and are skipped.
need_foreign() {
    command -v node >/dev/null 2>&1 || (debian_install nodejs) ||
        say "没有 Node：另一语言的核对程序不运行。" "No Node: the checker in another language does not run."
    { command -v go >/dev/null 2>&1 && [ -d "${GOPATH:-/usr/share/gocode}/src/golang.org/x/mod/sumdb" ]; } ||
        (debian_install golang-go golang-golang-x-mod-dev) ||
        say "没有 Go：第二种实现不运行。" "No Go: the second implementation does not run."
}
