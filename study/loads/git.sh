# git in a loop: status, add, commit, log, diff.
setup() {
    apt-get install -y --no-install-recommends git
    rm -rf repository && git init -q repository
}

run() {
    cd repository
    i=0
    while [ $i -lt 60 ]; do
        echo "$i" >> "file$((i % 7))"
        git status --short > /dev/null
        git add -A
        git -c user.name=load -c user.email=load@localhost commit -q -m "$i"
        git --no-pager log --oneline -5 > /dev/null
        git --no-pager diff --stat 'HEAD~1' > /dev/null 2>&1 || true
        i=$((i + 1))
    done
}
