using ForkTrace.TestKit;

namespace ForkTrace.Benchmarks;

/// <summary>Creates the files for the ingest benchmark, in the caller's folder.</summary>
internal sealed class IngestSubjects(string folder, long bytes)
{
    // About a fifth of a scheduler recording is forks, execs and exits. The rest is switches and wake-ups of living tasks.
    private const int Switches = 4;
    private const double TextAim = 3;

    // Every event is decoded and kept, which counting does not do.
    private const double LifecyclesAim = 1 / 1.3;
    private const string TraceDat = "formats/v6.dat.zst";
    private const string PerfData = "native-6.18/pthread.perf.data.zst";
    private readonly string? _counter = CompileCounter(folder);

    // A perf sample takes twice as many bytes as the same event in trace.dat.
    private long SampleBytes => 2 * bytes;

    public IEnumerable<IngestSubject> All()
    {
        foreach ((string mix, int switches) in new[] { ("scheduler", Switches), ("lifecycles", 0) })
        {
            IngestSubject[] binary = [.. TraceDats(mix, switches), .. PerfDatas(mix, switches)];
            foreach (IngestSubject subject in binary)
                yield return subject;
            foreach (IngestSubject subject in Texts(mix, binary))
                yield return subject;
            foreach (string file in Directory.GetFiles(folder).Where(file => file != _counter))
                File.Delete(file);
        }
    }

    private IEnumerable<IngestSubject> TraceDats(string mix, int switches)
    {
        string v6 = File_("v6.dat");
        BigTraceDat.Write(TraceDat, v6, bytes, switches);
        double aim = switches > 0 ? 1 : LifecyclesAim;
        yield return new IngestSubject($"trace.dat v6, {mix}", v6, Report(v6, 20), Counter(v6, aim));
        string v7 = File_("v7.dat");
        if (CommandTime.Run($"trace-cmd convert -i {v6} -o {v7} --file-version 7 --compression zstd >/dev/null 2>&1"))
            yield return new IngestSubject($"trace.dat v7 zstd, {mix}", v7, Report(v7, 0), Counter(v7, aim));
    }

    private IEnumerable<IngestSubject> PerfDatas(string mix, int switches)
    {
        string perf = File_("perf.data");
        BigPerfData.Write(PerfData, perf, SampleBytes, switches);
        yield return new IngestSubject($"perf.data, {mix}", perf, Script(perf, 25), Statistics(perf, 1));
        string compressed = File_("perf-z.data");
        BigPerfData.WriteCompressed("formats/perf_z.data", compressed, SampleBytes, switches);
        yield return new IngestSubject($"perf.data -z, {mix}", compressed, Script(compressed, 15), Statistics(compressed, 0));
        string pipe = File_("perf-pipe.data");
        BigPerfData.WritePipe("formats/perf_pipe.data", pipe, SampleBytes, switches);
        yield return new IngestSubject($"perf.data of a pipe, {mix}", pipe, Script(pipe, 15));
    }

    private IEnumerable<IngestSubject> Texts(string mix, IngestSubject[] binary)
    {
        string v6 = binary[0].Path, perf = File_("perf.data");
        string report = File_("report.txt");
        if (CommandTime.Run($"trace-cmd report -q -t {v6} > {report} 2>/dev/null"))
            yield return new IngestSubject($"trace-cmd report text, {mix}", report) { AimMillions = TextAim };
        string script = File_("script.txt");
        if (CommandTime.Run($"perf script --ns -i {perf} > {script} 2>/dev/null"))
            yield return new IngestSubject($"perf script text, {mix}", script) { AimMillions = TextAim };
    }

    private string File_(string name) => Path.Combine(folder, name);

    private static IngestPeer Report(string file, double aim) => new("trace-cmd report", $"trace-cmd report -q {file}", "trace-cmd", aim);

    private static IngestPeer Script(string file, double aim) => new("perf script", $"perf script -i {file}", "perf", aim);

    private static IngestPeer Statistics(string file, double aim) =>
        new("perf report --stats", $"perf report --stats -i {file}", "perf", aim);

    private IngestPeer Counter(string file, double aim) => new("libtracecmd, count only", $"{_counter} {file}", _counter, aim);

    // Null if the library or a C compiler is not installed.
    private static string? CompileCounter(string folder)
    {
        string source = Path.Combine(RepositoryFiles.Root, "tests/Benchmarks/Peers/count-events.c");
        string program = Path.Combine(folder, "count-events");
        return CommandTime.Run($"cc -O2 {source} -o {program} $(pkg-config --cflags --libs libtracecmd) 2>/dev/null") ? program : null;
    }
}
