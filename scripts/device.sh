# shellcheck shell=sh
# Read by ./test --all: SoftHSM, which stands for a device that holds the log's key (PKCS#11).

# need_device: install it where there is none.
need_device() {
    command -v softhsm2-util >/dev/null 2>&1 || debian_install softhsm2
    command -v softhsm2-util >/dev/null 2>&1 ||
        fail "找不到 SoftHSM，密码设备的测试不能运行；请安装 softhsm2。" \
             "No SoftHSM was found, and the tests of keys in devices need one; please install softhsm2."
}
