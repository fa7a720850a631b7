using System.Reflection;

namespace ForkTrace.Lifecycle.Grading;

/// <summary>
/// How well a replay of the recorded kernel's own policy told that kernel's hits and misses, on recordings that show them, from the
/// evidence that a trace has. Measured (docs/fidelity.md, kept true by a test), so it holds for machines and loads like those.
/// </summary>
/// <param name="Evidence">The evidence level that the trace has.</param>
/// <param name="Ranges">What was measured at that level.</param>
public sealed record ExpectedAgreement(string Evidence, ImmutableArray<AgreementRange> Ranges)
{
    private const string Resource = "expected-agreement.tsv";
    private static readonly ILookup<string, AgreementRange> s_measured = Load();

    /// <summary>Agreement of the recording that agreed least, of whatever machine: a trace does not say which it is like. 0 to 1.</summary>
    public double Low => Ranges.Min(range => range.Low);

    /// <summary>Agreement of the recording that agreed most, 0 to 1.</summary>
    public double High => Ranges.Max(range => range.High);

    /// <summary>What to expect of a trace; null if it shows no forks or no deaths.</summary>
    public static ExpectedAgreement? Of(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return LevelOf(facts) is { } level && s_measured.Contains(level) ? new ExpectedAgreement(level, [.. s_measured[level]]) : null;
    }

    /// <summary>The evidence level that a trace has by the kinds of events in it; null if none.</summary>
    public static string? LevelOf(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        if (facts.Forks == 0 || facts.CountOf(EventKind.DeathSwitch) + facts.CountOf(EventKind.Exit) == 0)
            return null;
        if (facts.CountOf(EventKind.DeathSwitch) == 0)
            return "fork-exit";
        if (facts.CountOf(EventKind.Free) == 0)
            return "switch";
        if (facts.CountOf(EventKind.TaskAlloc) == 0)
            return "free";
        return facts.CountOf(EventKind.RcuSoftirqEntry) > 0 ? "standard" : "alloc";
    }

    // level, machine, recordings, forks, low and high in percent.
    private static ILookup<string, AgreementRange> Load()
    {
        using StreamReader reader = new(Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!);
        IEnumerable<string[]> rows = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line[0] != '#').Select(line => line.Split('\t'));
        return rows.ToLookup(
            row => row[0],
            row => new AgreementRange(
                row[1],
                int.Parse(row[2], CultureInfo.InvariantCulture),
                long.Parse(row[3], CultureInfo.InvariantCulture),
                Share(row[4]),
                Share(row[5])));
    }

    // A decimal: 99.7 % is 0.997, not the double next to it.
    private static double Share(string percent) => (double)(decimal.Parse(percent, CultureInfo.InvariantCulture) / 100);
}

/// <summary>How much replay and kernel agreed over the recordings of one sort of machine.</summary>
/// <param name="Machine"><c>native</c>, or <c>emulated</c>: a virtual machine without hardware help, many times slower.</param>
/// <param name="Recordings">How many recordings.</param>
/// <param name="Forks">Their forks that were judged.</param>
/// <param name="Low">Agreement of the recording that agreed least, 0 to 1.</param>
/// <param name="High">Of the one that agreed most.</param>
public sealed record AgreementRange(string Machine, int Recordings, long Forks, double Low, double High);
