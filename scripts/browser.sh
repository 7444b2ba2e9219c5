# shellcheck shell=sh
# Read by ./test: the browser for the tests that use the site as people do, Debian's chromium, which playwright drives.

# has_browser: true when there is a chromium that starts, and the library that playwright's own driver needs.
has_browser() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null 2>&1 && "$VENV/bin/python" -c 'import ctypes; ctypes.CDLL("libatomic.so.1")' >/dev/null 2>&1 && return 0
    done
    return 1
}

# need_browser: install it where there is none.
need_browser() {
    has_browser || debian_install chromium libatomic1
    has_browser || fail "找不到浏览器 chromium，网页的测试不能运行；请安装 chromium 和 libatomic1。" \
                        "No chromium was found, and the tests of the site need one; please install chromium and libatomic1."
}
