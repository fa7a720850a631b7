# A parallel build of 120 C files, two jobs per CPU.
setup() {
    apt-get install -y --no-install-recommends gcc libc6-dev make
    mkdir -p source
    i=0
    while [ $i -lt 120 ]; do
        printf '#include <stdio.h>\nint f%d(int x) { return printf("%%d", x + %d); }\n' $i $i > source/f$i.c
        i=$((i + 1))
    done
    printf 'all: $(patsubst %%.c,%%.o,$(wildcard source/*.c))\nclean:\n\trm -f source/*.o\n' > Makefile
}

run() { make -s clean && make -s -j "$((2 * $(nproc)))"; }
