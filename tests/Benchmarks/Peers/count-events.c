/* The least that a reader on libtracecmd can do: iterate over all events of a trace.dat and count them. */
#include <stdio.h>
#include <trace-cmd.h>

static long events;

static int count(struct tracecmd_input *input, struct tep_record *record, int cpu, void *data)
{
	(void)input, (void)record, (void)cpu, (void)data;
	events++;
	return 0;
}

int main(int argc, char **argv)
{
	struct tracecmd_input *input = argc == 2 ? tracecmd_open(argv[1], 0) : NULL;

	if (!input)
		return 1;
	tracecmd_iterate_events(input, NULL, 0, count, NULL);
	printf("%ld\n", events);
	tracecmd_close(input);
	return 0;
}
