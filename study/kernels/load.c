/*
 * The loads of the study, run in the guest:
 *
 *   load SEED SETTLE_MS NAME FORKS [WIDTH]
 *
  *   pinned FORKS WIDTH    WIDTH threads, each pinned to a CPU, live and end together; then a pause in which all of them die
  *   threads FORKS WIDTH   WIDTH threads are created, then joined; the scheduler places them
  *   fork FORKS            one child after another, each on a random CPU, from a parent that moves between CPUs
  *   prefork FORKS WIDTH   WIDTH sleeping children, each on a CPU; for each new child, a random one is killed
  *   burst FORKS WIDTH     WIDTH children, each on a CPU, live and end together
 *   shell FORKS           vfork and exec of /bin/true, one at a time; the scheduler places them
 *
  * SEED determines CPUs, victims and pauses, so that the same seed gives the same load on two kernels. If the scheduler places tasks, the hit
  * rate of one kernel varies by ten points from run to run.
 *
  * First, an eighth of the load runs without recording. Then the caches are emptied: all callbacks run during SETTLE_MS, and on each CPU DRAIN
  * children take all cached stacks and live until the recording ends. So the kernel starts with empty caches, like a replay. Tracing is on
  * only for the load. A load uses the first two CPUs; other CPUs are idle.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { DRAIN = 24, CPUS_MAX = 2, WIDTH_MAX = 64 };

static int cpus;
static unsigned state;

static void seed(const char *word)
{
	state = 2654435761u * (atoi(word) + 1); /* close seeds give distant states; 0 would stay 0 */
}

/* A random number below a bound: xorshift32. */
static unsigned pick(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state % below;
}

static void run_on(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof set, &set))
		err(1, "sched_setaffinity");
}

static void run_anywhere(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	for (int i = 0; i < cpus; i++)
		CPU_SET(i, &set);
	if (sched_setaffinity(0, sizeof set, &set))
		err(1, "sched_setaffinity");
}

/* A child that moves to a CPU and exits, or sleeps there until it is killed. */
static pid_t child(int cpu, int exits)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return pid;
	run_on(cpu);
	if (exits)
		_exit(0);
	for (;;)
		pause();
}

static void reap(pid_t pid)
{
	if (waitpid(pid, NULL, 0) != pid)
		err(1, "waitpid");
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	reap(pid);
}

static void *nothing(void *argument)
{
	return argument;
}

static void *until_all_are_there(void *barrier)
{
	pthread_barrier_wait(barrier);
	return NULL;
}

/* The creator moves a thread to its CPU before it runs. */
static void pinned(int forks, int width)
{
	pthread_t made[WIDTH_MAX];
	pthread_attr_t attributes;
	pthread_barrier_t barrier;
	cpu_set_t set;

	pthread_attr_init(&attributes);
	pthread_barrier_init(&barrier, NULL, width + 1);
	for (int done = 0; done < forks; done += width) {
		run_on(pick(cpus));
		for (int i = 0; i < width; i++) {
			CPU_ZERO(&set);
			CPU_SET(pick(cpus), &set);
			if (pthread_attr_setaffinity_np(&attributes, sizeof set, &set)
			    || pthread_create(&made[i], &attributes, until_all_are_there, &barrier))
				errx(1, "pthread_create failed");
		}
		pthread_barrier_wait(&barrier);
		for (int i = 0; i < width; i++)
			pthread_join(made[i], NULL);
		usleep(1000 + pick(4000));
	}
}

static void threads(int forks, int width)
{
	pthread_t made[WIDTH_MAX];

	for (int done = 0; done < forks; done += width) {
		for (int i = 0; i < width; i++)
			if (pthread_create(&made[i], NULL, nothing, NULL))
				errx(1, "pthread_create failed");
		for (int i = 0; i < width; i++)
			pthread_join(made[i], NULL);
	}
}

static void one_by_one(int forks, int width)
{
	(void)width;
	for (int i = 0; i < forks; i++) {
		run_on(pick(cpus));
		reap(child(pick(cpus), 1));
	}
}

static void prefork(int forks, int width)
{
	pid_t alive[WIDTH_MAX];

	for (int i = 0; i < width; i++)
		alive[i] = child(pick(cpus), 0);
	for (int i = width; i < forks; i++) {
		int one = pick(width);

		end(alive[one]);
		if (pick(4) == 0)
			run_on(pick(cpus));
		alive[one] = child(pick(cpus), 0);
		if (pick(8) == 0)
			usleep(pick(2000));
	}
	for (int i = 0; i < width; i++)
		end(alive[i]);
}

static void burst(int forks, int width)
{
	for (int done = 0; done < forks; done += width) {
		pid_t made[WIDTH_MAX];
		int pipes[2];
		char byte;

		if (pipe(pipes))
			err(1, "pipe");
		run_on(pick(cpus));
		for (int i = 0; i < width; i++) {
			int cpu = pick(cpus);

			made[i] = fork();
			if (made[i] < 0)
				err(1, "fork");
			if (!made[i]) {
				close(pipes[1]);
				run_on(cpu);
				if (read(pipes[0], &byte, 1) < 0)
					_exit(1);
				_exit(0);
			}
		}
		close(pipes[0]);
		close(pipes[1]);
		for (int i = 0; i < width; i++)
			reap(made[i]);
	}
}

static pid_t spawn_true(void)
{
	pid_t pid = vfork();

	if (pid < 0)
		err(1, "vfork");
	if (!pid) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(127);
	}
	return pid;
}

static void shell(int forks, int width)
{
	(void)width;
	for (int i = 0; i < forks; i++)
		reap(spawn_true());
}

static const struct {
	const char *name;
	void (*run)(int forks, int width);
} loads[] = {
	{"pinned", pinned}, {"threads", threads}, {"fork", one_by_one}, {"prefork", prefork}, {"burst", burst}, {"shell", shell},
};

static void write_one(int file, const char *text)
{
	if (write(file, text, 1) != 1)
		err(1, "tracing_on");
}

int main(int count, char **words)
{
	if (count < 5)
		errx(2, "usage: load SEED SETTLE_MS NAME FORKS [WIDTH]");
	int settle_us = atoi(words[2]) * 1000, forks = atoi(words[4]), width = count > 5 ? atoi(words[5]) : 1;
	int drained = 0, load = 0;
	pid_t drain[CPUS_MAX * DRAIN];

	cpus = sysconf(_SC_NPROCESSORS_ONLN);
	if (cpus > CPUS_MAX)
		cpus = CPUS_MAX;
	seed(words[1]);
	while (load < (int)(sizeof loads / sizeof *loads) && strcmp(loads[load].name, words[3]))
		load++;
	if (load == sizeof loads / sizeof *loads || forks < 1 || width < 1 || width > WIDTH_MAX)
		errx(2, "no such load: %s", words[3]);
	int tracing = open("/sys/kernel/tracing/tracing_on", O_WRONLY);

	if (tracing < 0)
		err(1, "tracing_on");
	loads[load].run(forks / 8 > width ? forks / 8 : width, width);
	run_anywhere();
	usleep(settle_us);
	for (int cpu = 0; cpu < cpus; cpu++) {
		run_on(cpu);
		for (int i = 0; i < DRAIN; i++)
			drain[drained++] = child(cpu, 0);
	}
	run_anywhere();
	write_one(tracing, "1");
	seed(words[1]);
	loads[load].run(forks, width);
	write_one(tracing, "0");
	run_anywhere();
	for (int i = 0; i < drained; i++)
		end(drain[i]);
	return 0;
}
