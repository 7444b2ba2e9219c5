# shellcheck shell=sh
# Read by ./test: a Chinese font for the tests that set PDF files.  At work the agency's own fonts are used.

# has_chinese_font: true when the program finds the fonts that it needs.
has_chinese_font() {
    "$VENV/bin/python" -c 'import sys
from qingfeng.documents.pdf import NoFont, families
try:
    families()
except NoFont:
    sys.exit(1)' >/dev/null 2>&1
}

# need_chinese_font: install a free one where there is none.
need_chinese_font() {
    has_chinese_font || debian_install fonts-noto-cjk
    has_chinese_font || fail "找不到中文字体，PDF 的测试不能运行；请安装一种（如思源宋体）。" \
                             "No Chinese font was found, and the tests of PDF files need one; please install one (such as Noto Serif CJK)."
}
