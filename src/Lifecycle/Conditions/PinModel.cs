namespace ForkTrace.Lifecycle.Conditions;

/// <summary>
/// Readers that hold a dead task's stack. get_wchan, /proc/PID/stack and similar readers take a reference (try_get_task_stack, since 4.9).
/// Whoever drops the last reference releases the stack, on its own CPU. No event shows these readers, so all of this is modelled. Each
/// release is delayed with the same probability, by the rest of a pin of fixed length that began at a random time before it, and happens on
/// another CPU, which is drawn at random. With several classes of readers, each class draws separately, and the last reader to let go
/// counts.
/// </summary>
/// <param name="Classes">The classes of readers, at least one.</param>
public sealed record PinModel(ImmutableArray<PinClass> Classes)
{
    private const ulong PlaceSeed = 0x70696E5F63707573;

    /// <summary>True if the classes are the same.</summary>
    public bool Equals(PinModel? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>Time from the final switch until the last pin of the task's stack is dropped, ns; 0 if there is no pin.</summary>
    public long LeftNs(ulong seed, int task)
    {
        long leftNs = 0;
        foreach (PinClass readers in Classes)
            leftNs = Math.Max(leftNs, readers.LeftNs(seed, task));
        return leftNs;
    }

    /// <summary>The CPU of the reader: any other than that of the final switch, which is busy; that one if there is no other.</summary>
    public static int Cpu(ulong seed, int task, int switchCpu, int cpus)
    {
        if (cpus < 2)
            return switchCpu;
        int other = (int)(Randomness.Bits(seed ^ PlaceSeed, (ulong)task) % (ulong)(cpus - 1));
        return other >= switchCpu ? other + 1 : other;
    }

    /// <summary>Why a recording's kernel has no such pins; null if it has them.</summary>
    public string? Misfit(TraceFacts facts) => Classes.Select(readers => readers.Reader?.Misfit(facts)).FirstOrDefault(reason => reason is not null);

    /// <summary>Reads <c>0.5%:200us</c>, or classes of readers: <c>wchan=0.5%:200us,stack=10/1ms</c>.</summary>
    /// <exception cref="FormatException">The form is wrong, or a class appears twice; see also <see cref="PinClass.Parse"/>.</exception>
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

/// <summary>Readers of one kind: how often they pin a stack, and for how long.</summary>
/// <param name="Reader">The kind; null for any.</param>
/// <param name="Share">Share of releases that are delayed, 0 to 1.</param>
/// <param name="LengthNs">Length of a pin, ns.</param>
public sealed record PinClass(PinReader? Reader, double Share, long LengthNs)
{
    private const ulong ChoiceSeed = 0x70696E5F73686172;
    private const ulong LengthSeed = 0x70696E5F6C656674;
    private const long LengthMaxNs = 60_000_000_000;

    /// <summary>0 for any reader; otherwise its position in <see cref="PinReader.All"/>, from 1.</summary>
    internal int Number => Reader is null ? 0 : PinReader.All.IndexOf(Reader) + 1;

    private ulong ClassSeed => (ulong)Number << 48;

    /// <summary>Time from the final switch until the pin is dropped, ns: at most <see cref="LengthNs"/>; 0 if the task's stack is not
    /// pinned.</summary>
    public long LeftNs(ulong seed, int task) => Randomness.Uniform(seed ^ ChoiceSeed ^ ClassSeed, (ulong)task) < Share
        ? LengthNs - (long)(Randomness.Uniform(seed ^ LengthSeed ^ ClassSeed, (ulong)task) * LengthNs)
        : 0;

    /// <summary>
    /// Reads <c>0.5%:200us</c>, a share of releases and the length of a pin, or <c>10/200us</c>, reads of each task per second and the
    /// length of a pin. In the second form, the share of releases that meet a pin is the share of time that pins take. Both forms may begin
    /// with a reader: <c>wchan=</c>.
    /// </summary>
    /// <exception cref="FormatException">
    /// The form is wrong, the reader does not exist, the share is not within 0 % to 100 %, or the pin is longer than a minute.
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
            throw new FormatException(
                $"'{text}' must be a share of releases and the length of a pin (0.5%:200us), or reads per second and that length (10/200us)");
        string length = pins[(colon >= 0 ? colon + 2 : slash + 1)..];
        long lengthNs = DurationText.ParseNs(length);
        if (lengthNs > LengthMaxNs)
            throw new FormatException($"a pin of {length} is too long: at most one minute is allowed");
        double share = colon >= 0 ? number / 100 : number * lengthNs / 1e9;
        return share is >= 0 and <= 1
            ? new PinClass(reader, share, lengthNs)
            : throw new FormatException($"'{text}' pins {share * 100:0.######} % of releases, but must be within 0 to 100 %");
    }

    /// <summary><c>0.5%:200us</c> or <c>wchan=0.5%:200us</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(Reader is null ? "" : Reader.Name + "=")}{Share * 100:0.######}%:{DurationText.Of(LengthNs)}");

    private static PinReader ReaderOf(string name) => PinReader.All.FirstOrDefault(reader => reader.Name == name)
        ?? throw new FormatException(
            $"'{name}' is not a reader of stacks; known readers: {string.Join(", ", PinReader.All.Select(reader => reader.Name))}");
}
