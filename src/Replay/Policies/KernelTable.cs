using System.IO.Enumeration;
using System.Reflection;

namespace ForkTrace.Replay.Policies;

/// <summary>
/// Finds the kernel of a trace: its policy and its sizes. Recorded <see cref="KernelFacts"/> come first. For the rest, the table
/// kernels.tsv has rows by architecture, version and flavour, read from kernel sources; the answer then says that it is assumed.
/// </summary>
public static class KernelTable
{
    private const string Resource = "kernels.tsv";
    private const string DefaultMachine = "x86_64";
    private const int Kib = 1024;
    private static readonly char[] s_separators = ['-', '.', '+', '~'];

    // Sizes of a recent release are used if the trace does not name its release.
    private static readonly KernelRelease s_recent = new(int.MaxValue, 0);

    /// <summary>The table's rows, in order.</summary>
    public static ImmutableArray<KernelRow> Rows { get; } = Load();

    /// <summary>The kernel of a trace.</summary>
    public static RecordedKernel Of(TraceFacts facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        KernelRelease? release = KernelRelease.Parse(facts.Kernel);
        string machine = facts.Machine.Length > 0 ? facts.Machine : DefaultMachine;
        string[] names = facts.Kernel.Split(s_separators);
        Dictionary<string, KernelWord> words = Recorded(facts.KernelFacts);
        ImmutableArray<string> recorded = [.. words.Keys];
        KernelRow? policy = null;
        foreach (KernelRow row in Rows)
        {
            if (!row.Matches(machine, names, release ?? s_recent, words))
                continue;
            foreach ((string word, string value) in row.Sets)
            {
                if (!recorded.Contains(word))
                    words[word] = new KernelWord(value, row.OriginOf(words));
            }

            if (row.SetsPolicy)
                policy = row;
        }

        int stackBytes = words["stack"].Number * Kib;
        return new RecordedKernel
        {
            Policy = release is null ? null : words["policy"].Value,
            Reason = release is null ? Unknown(facts.Kernel) : $"{policy!.Condition}; {Evidence(words["policy"].Origin, facts)}",
            StackBytes = stackBytes,
            StackAlignBytes = facts.KernelFacts.StackAlignBytes ?? stackBytes * words["align"].Number,
            PageBytes = words["page"].Number * Kib,
            SizesReason = Evidence((KernelOrigin)Math.Max((int)words["stack"].Origin, (int)words["page"].Origin), facts),
        };
    }

    private static string Unknown(string kernel)
    {
        string found = kernel.Length == 0 ? "no kernel release" : $"the kernel release '{kernel}'";
        return $"the trace gives {found}: name a policy, such as linux-5.18";
    }

    private static string Evidence(KernelOrigin origin, TraceFacts facts) => origin switch
    {
        KernelOrigin.Recorded => facts.KernelFacts == KernelFacts.Unknown ? "from the release alone" : "recorded",
        KernelOrigin.Name => "assumed from the release's name",
        _ when facts.Machine.Length == 0 => $"assumed for {DefaultMachine}: the trace names no machine",
        _ => $"assumed for {facts.Machine}",
    };

    private static Dictionary<string, KernelWord> Recorded(KernelFacts facts)
    {
        Dictionary<string, KernelWord> words = new(StringComparer.Ordinal);
        Note("vmap", Flag(facts.VmapStack));
        Note("in_task", Flag(facts.ThreadInfoInTask));
        Note("rt", Flag(facts.PreemptRt));
        Note("kasan", Flag(facts.Kasan));
        Note("page", Size(facts.PageBytes));
        Note("stack", Size(facts.StackBytes));
        return words;

        void Note(string word, string? value)
        {
            if (value is not null)
                words[word] = new KernelWord(value, KernelOrigin.Recorded);
        }
    }

    private static string? Flag(bool? flag) => flag switch
    {
        null => null,
        true => "y",
        false => "n",
    };

    private static string? Size(int? bytes) => bytes is { } known ? (known / Kib).ToString(CultureInfo.InvariantCulture) : null;

    private static ImmutableArray<KernelRow> Load()
    {
        using StreamReader reader = new(Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!);
        IEnumerable<string> lines = reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#');
        return [.. lines.Skip(1).Select(line => new KernelRow(line.Split('\t')))];
    }
}

/// <summary>What a replay needs to know about a trace's kernel.</summary>
public sealed record RecordedKernel
{
    /// <summary>The catalogue's policy that behaves as the kernel did; null if it is unknown, and <see cref="Reason"/> says why.</summary>
    public required string? Policy { get; init; }

    /// <summary>Why it is this policy, and whether that is recorded or assumed.</summary>
    public required string Reason { get; init; }

    /// <summary>THREAD_SIZE in bytes.</summary>
    public required int StackBytes { get; init; }

    /// <summary>THREAD_ALIGN in bytes.</summary>
    public required int StackAlignBytes { get; init; }

    /// <summary>PAGE_SIZE in bytes; the guard page has the same size.</summary>
    public required int PageBytes { get; init; }

    /// <summary>Whether the sizes are recorded or assumed.</summary>
    public required string SizesReason { get; init; }
}

/// <summary>Where a fact about a kernel comes from, the most certain source first.</summary>
internal enum KernelOrigin
{
    /// <summary>Recorded facts.</summary>
    Recorded,

    /// <summary>The table, for the architecture and version.</summary>
    Table,

    /// <summary>A word in the release's name.</summary>
    Name,
}

/// <summary>A fact about a kernel, as the table writes it: <c>vmap=y</c>.</summary>
internal sealed record KernelWord(string? Value, KernelOrigin Origin)
{
    public int Number => int.Parse(Value!, NumberStyles.None, CultureInfo.InvariantCulture);
}

/// <summary>A key of a row with its value: <c>vmap=y</c>.</summary>
internal sealed record KernelSetting(string Key, string Value);

/// <summary>One row of the table: where it applies, what it sets, and its source.</summary>
public sealed class KernelRow
{
    private const string Any = "-";
    private readonly string[] _machines;
    private readonly string[] _names;
    private readonly KernelRelease? _from;
    private readonly KernelRelease? _before;

    internal KernelRow(string[] cells)
    {
        _machines = Patterns(cells[0]);
        _names = Patterns(cells[1]);
        _from = KernelRelease.Parse(cells[2]);
        _before = KernelRelease.Parse(cells[3]);
        Cells = [.. cells];
        When = Words(cells[4]);
        Sets = Words(cells[5]);
        Source = cells[6];
    }

    /// <summary>The cells of the row as written: machine, name, from, before, when, sets, source; <c>-</c> for anything.</summary>
    public ImmutableArray<string> Cells { get; }

    /// <summary>Its source: kernel function or commit, with versions.</summary>
    public string Source { get; }

    internal ImmutableArray<KernelSetting> When { get; }

    internal ImmutableArray<KernelSetting> Sets { get; }

    internal bool SetsPolicy => Sets[0].Key == "policy";

    private bool IsByName => _names.Length > 0;

    /// <summary>The build and versions that the row's policy applies to, as readable text.</summary>
    internal string Condition
    {
        get
        {
            string build = string.Join(" and ", When.Select(Phrase).Where(phrase => phrase.Length > 0));
            string from = _from is null ? "" : $"since {Cells[2]}";
            string before = _before is null ? "" : $"before {Cells[3]}";
            string range = string.Join(" and ", new[] { from, before }.Where(part => part.Length > 0));
            return string.Join(", ", new[] { build, range }.Where(part => part.Length > 0));
        }
    }

    internal bool Matches(string machine, string[] names, KernelRelease release, Dictionary<string, KernelWord> words) =>
        (_from is not { } from || release.IsAtLeast(from.Major, from.Minor))
        && (_before is not { } before || !release.IsAtLeast(before.Major, before.Minor))
        && When.All(word => words.GetValueOrDefault(word.Key)?.Value == word.Value)
        && (_machines.Length == 0 || IsAny(_machines, machine))
        && (_names.Length == 0 || Array.Exists(names, name => IsAny(_names, name)));

    /// <summary>How certain the values of the row are: as certain as the weakest fact that it depends on. The release itself counts as
    /// recorded.</summary>
    internal KernelOrigin OriginOf(Dictionary<string, KernelWord> words)
    {
        if (IsByName)
            return KernelOrigin.Name;
        KernelOrigin origin = SetsPolicy ? KernelOrigin.Recorded : KernelOrigin.Table;
        foreach (KernelSetting word in When)
        {
            if (words[word.Key].Origin > origin)
                origin = words[word.Key].Origin;
        }

        return origin;
    }

    private static string Phrase(KernelSetting word) => (word.Key, word.Value) switch
    {
        ("rt", "y") => "PREEMPT_RT",
        ("vmap", "y") => "VMAP_STACK",
        ("vmap", _) => "no VMAP_STACK",
        ("in_task", "n") => "no THREAD_INFO_IN_TASK",
        _ => "",
    };

    // Wildcards as in a shell: * is any text, ? is one character.
    private static bool IsAny(string[] patterns, string word) =>
        Array.Exists(patterns, pattern => FileSystemName.MatchesSimpleExpression(pattern, word, ignoreCase: false));

    private static string[] Patterns(string cell) => cell == Any ? [] : cell.Split('|');

    private static ImmutableArray<KernelSetting> Words(string cell) => cell == Any
        ? []
        : [.. cell.Split(' ').Select(word => word.Split('=')).Select(pair => new KernelSetting(pair[0], pair[1]))];
}
