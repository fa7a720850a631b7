namespace ForkTrace.Lifecycle.Conditions;

/// <summary>
/// Readers that hold a dead task's stack: get_wchan, /proc/PID/stack and their like take a reference (try_get_task_stack, since 4.9), and
/// who drops the last one releases the stack, on its own CPU. No event shows them, so all of it is modelled: each release is delayed with
/// the same probability, by what is left of a pin of a fixed length that began at any time before it, and happens on another CPU, drawn
/// at random. Of several classes of readers each draws for itself, and the last to let go counts.
/// </summary>
/// <param name="Classes">The classes of readers, at least one.</param>
public sealed record PinModel(ImmutableArray<PinClass> Classes)
{
    private const ulong PlaceSeed = 0x70696E5F63707573;

    /// <summary>The same classes.</summary>
    public bool Equals(PinModel? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>How long after the final switch the last pin of the task's stack is dropped, ns; 0 if none holds it.</summary>
    public long LeftNs(ulong seed, int task)
    {
        long leftNs = 0;
        foreach (PinClass readers in Classes)
            leftNs = Math.Max(leftNs, readers.LeftNs(seed, task));
        return leftNs;
    }

    /// <summary>The CPU of the reader: any but that of the final switch, which is busy with it; that one if there is no other.</summary>
    public static int Cpu(ulong seed, int task, int switchCpu, int cpus)
    {
        if (cpus < 2)
            return switchCpu;
        int other = (int)(Randomness.Bits(seed ^ PlaceSeed, (ulong)task) % (ulong)(cpus - 1));
        return other >= switchCpu ? other + 1 : other;
    }

    /// <summary>Why a recording's kernel does not know these pins; null if it does.</summary>
    public string? Misfit(TraceFacts facts) => Classes.Select(readers => readers.Reader?.Misfit(facts)).FirstOrDefault(reason => reason is not null);

    /// <summary>Reads <c>0.5%:200us</c>, or classes of readers: <c>wchan=0.5%:200us,stack=10/1ms</c>.</summary>
    /// <exception cref="FormatException">Not of that form, a class twice, or as for <see cref="PinClass.Parse"/>.</exception>
    public static PinModel Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        ImmutableArray<PinClass> classes = [.. text.Split(',', StringSplitOptions.TrimEntries).Select(PinClass.Parse)];
        PinClass? twice = classes.GroupBy(readers => readers.Reader).FirstOrDefault(same => same.Count() > 1)?.First();
        return twice is null
            ? new PinModel([.. classes.OrderBy(readers => readers.Number)])
            : throw new FormatException($"'{text}' gives {twice.Reader?.Name ?? "readers without a class"} twice");
    }

    /// <summary><c>0.5%:200us</c> or <c>stack=1%:1ms,wchan=0.5%:200us</c>.</summary>
    public override string ToString() => string.Join(',', Classes);
}

/// <summary>Readers of one kind, by how often they pin and for how long.</summary>
/// <param name="Reader">The kind; null for any.</param>
/// <param name="Share">Share of releases that are delayed, 0 to 1.</param>
/// <param name="LengthNs">How long a pin is held.</param>
public sealed record PinClass(PinReader? Reader, double Share, long LengthNs)
{
    private const ulong ChoiceSeed = 0x70696E5F73686172;
    private const ulong LengthSeed = 0x70696E5F6C656674;
    private const long LengthMaxNs = 60_000_000_000;

    /// <summary>0 for any reader, else its place among <see cref="PinReader.All"/> from 1.</summary>
    internal int Number => Reader is null ? 0 : PinReader.All.IndexOf(Reader) + 1;

    private ulong ClassSeed => (ulong)Number << 48;

    /// <summary>How long after the final switch the pin is dropped, ns: at most <see cref="LengthNs"/>; 0 if none holds the task's stack.</summary>
    public long LeftNs(ulong seed, int task) => Randomness.Uniform(seed ^ ChoiceSeed ^ ClassSeed, (ulong)task) < Share
        ? LengthNs - (long)(Randomness.Uniform(seed ^ LengthSeed ^ ClassSeed, (ulong)task) * LengthNs)
        : 0;

    /// <summary>
    /// Reads <c>0.5%:200us</c>, a share of releases and the length of a pin, or <c>10/200us</c>: each task is read so many times a second, so
    /// that a release meets a pin with the share of time that pins take. Either may begin with a reader: <c>wchan=</c>.
    /// </summary>
    /// <exception cref="FormatException">
    /// Not of that form, no such reader, a share outside of 0 % to 100 %, or longer than a minute.
    /// </exception>
    public static PinClass Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        PinReader? reader = equals < 0 ? null : ReaderOf(text[..equals]);
        string pins = text[(equals + 1)..];
        int colon = pins.IndexOf("%:", StringComparison.Ordinal);
        int slash = pins.IndexOf('/', StringComparison.Ordinal);
        int end = colon >= 0 ? colon : slash;
        bool isNumber = double.TryParse(
            end < 0 ? "" : pins[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        if (!isNumber)
            throw new FormatException($"'{text}' must be a share of releases and the length of a pin, as in 0.5%:200us, or reads per second, as in 10/200us");
        string length = pins[(colon >= 0 ? colon + 2 : slash + 1)..];
        long lengthNs = DurationText.ParseNs(length);
        if (lengthNs > LengthMaxNs)
            throw new FormatException($"a pin of {length} is longer than a minute");
        double share = colon >= 0 ? number / 100 : number * lengthNs / 1e9;
        return share is >= 0 and <= 1
            ? new PinClass(reader, share, lengthNs)
            : throw new FormatException($"'{text}' pins {share * 100:0.######} % of releases, but must 0 to 100 %");
    }

    /// <summary><c>0.5%:200us</c> or <c>wchan=0.5%:200us</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Reader is null ? "" : Reader.Name + "=")}{Share * 100:0.######}%:{DurationText.Of(LengthNs)}");

    private static PinReader ReaderOf(string name) => PinReader.All.FirstOrDefault(reader => reader.Name == name)
        ?? throw new FormatException($"'{name}' is no reader of stacks; known are {string.Join(", ", PinReader.All.Select(reader => reader.Name))}");
}
