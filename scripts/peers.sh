# shellcheck shell=sh
# Read by ./test --all: the environment of the peers (requirements/bench.txt), whose SpiffWorkflow reads our BPMN files.

# need_peers: make it where it is missing; without it the test that needs it says so and is skipped.
need_peers() {
    [ -x "$TOP/.venv-bench/bin/python" ] && "$TOP/.venv-bench/bin/python" -c 'import SpiffWorkflow' 2>/dev/null && return 0
    { python3 -m venv "$TOP/.venv-bench" &&
        "$TOP/.venv-bench/bin/pip" install --quiet --require-hashes -r "$TOP/requirements/bench.txt"; } ||
        say "没有装上 requirements/bench.txt：BPMN 不由另一程序读回。" "requirements/bench.txt was not installed: no other program reads the BPMN back."
}

# need_oracle: the environment of the program that reads exported logs (scripts/oracle.txt); without it that test says so and is skipped.
need_oracle() {
    [ -x "$TOP/.venv-oracle/bin/python" ] && "$TOP/.venv-oracle/bin/python" -c 'import pm4py' 2>/dev/null && return 0
    { python3 -m venv "$TOP/.venv-oracle" &&
        "$TOP/.venv-oracle/bin/pip" install --quiet --require-hashes -r "$TOP/scripts/oracle.txt"; } ||
        say "没有装上 scripts/oracle.txt：导出的日志不由另一程序读回。" "scripts/oracle.txt was not installed: no other program reads exported logs."
}

# need_spark: the environment of the query engines (requirements/spark.txt); without it their tests say so and are skipped.
need_spark() {
    [ -x "$TOP/.venv-spark/bin/python" ] && "$TOP/.venv-spark/bin/python" -c 'import ibis, pyspark' 2>/dev/null && return 0
    { python3 -m venv "$TOP/.venv-spark" &&
        "$TOP/.venv-spark/bin/pip" install --quiet --require-hashes -r "$TOP/requirements/spark.txt"; } ||
        say "没有装上 requirements/spark.txt：不用 DuckDB、Spark 计算案情要素。" "requirements/spark.txt was not installed: DuckDB and Spark compute no facts."
}
