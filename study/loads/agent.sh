# A coding agent's loop: search, read, edit, run the tests, commit.
setup() {
    apt-get install -y --no-install-recommends ripgrep git python3
    rm -rf project && git init -q project
    for i in 1 2 3 4 5 6 7 8 9; do
        printf 'import unittest\n\ndef value():\n    return %d\n\nclass T(unittest.TestCase):\n    def test(self):\n        self.assertGreater(value(), 0)\n' $i \
            > project/test_$i.py
    done
}

run() {
    cd project
    i=1
    while [ $i -le 40 ]; do
        file=test_$((i % 9 + 1)).py
        bash -c "rg -n 'def value' | head -n 3" > /dev/null
        bash -c "sed -n 1,20p $file | cat -n" > /dev/null
        bash -c "sed -i 's/return [0-9]*/return $i/' $file && git diff --stat | tail -n 1" > /dev/null
        bash -c "timeout 60 /usr/bin/python3 -m unittest -q ${file%.py} 2>&1 | tail -n 3" > /dev/null
        bash -c "git add -A && git -c user.name=load -c user.email=load@localhost commit -qm step$i; git status --short" > /dev/null
        i=$((i + 1))
    done
}
