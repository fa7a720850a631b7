# autoconf's ./configure: hundreds of small compilations, each with its shell, sed and grep.
setup() {
    apt-get install -y --no-install-recommends autoconf automake gcc libc6-dev make
    {
        echo 'AC_INIT([load], [1])'
        echo 'AC_PROG_CC'
        for header in errno fcntl float limits locale math netdb poll pwd sched signal stdint termios unistd wchar; do
            echo "AC_CHECK_HEADERS([$header.h])"
        done
        for function in accept4 dup3 fork getrandom memfd_create mmap openat pipe2 poll ppoll strdup strndup vfork waitid; do
            echo "AC_CHECK_FUNCS([$function])"
        done
        echo 'AC_OUTPUT'
    } > configure.ac
    autoconf
}

run() { ./configure > configure.log; }
