namespace ForkTrace.Lifecycle.Conditions;

/// <summary>
/// Readers that hold a dead task's stack: get_wchan, /proc/PID/stack and their like take a reference (try_get_task_stack, since 4.9), and
/// who drops the last one releases the stack, on its own CPU. No event shows them, so all of it is modelled: each release is delayed with
/// the same probability, by what is left of a pin of a fixed length that began at any time before it, and happens on another CPU, drawn
/// at random.
/// </summary>
/// <param name="Share">Share of releases that are delayed, 0 to 1.</param>
/// <param name="LengthNs">How long a pin is held.</param>
public sealed record PinModel(double Share, long LengthNs)
{
    private const ulong ChoiceSeed = 0x70696E5F73686172;
    private const ulong LengthSeed = 0x70696E5F6C656674;
    private const ulong PlaceSeed = 0x70696E5F63707573;
    private const long LengthMaxNs = 60_000_000_000;

    /// <summary>True if a pin delays the task's release.</summary>
    public bool Holds(ulong seed, int task) => Randomness.Uniform(seed ^ ChoiceSeed, (ulong)task) < Share;

    /// <summary>How long after the final switch the pin is dropped: above 0, at most <see cref="LengthNs"/>.</summary>
    public long LeftNs(ulong seed, int task) => LengthNs - (long)(Randomness.Uniform(seed ^ LengthSeed, (ulong)task) * LengthNs);

    /// <summary>The CPU of the reader: any but that of the final switch, which is busy with it; that one if there is no other.</summary>
    public static int Cpu(ulong seed, int task, int switchCpu, int cpus)
    {
        if (cpus < 2)
            return switchCpu;
        int other = (int)(Randomness.Bits(seed ^ PlaceSeed, (ulong)task) % (ulong)(cpus - 1));
        return other >= switchCpu ? other + 1 : other;
    }

    /// <summary>Reads <c>0.5%:200us</c>.</summary>
    /// <exception cref="FormatException">Not of that form, a share outside of 0 % to 100 %, or longer than a minute.</exception>
    public static PinModel Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string percent = colon > 1 && text[colon - 1] == '%' ? text[..(colon - 1)] : "";
        bool isNumber = double.TryParse(percent, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double share);
        if (!isNumber || share is not (>= 0 and <= 100))
            throw new FormatException($"'{text}' must be a share of releases and the length of a pin, as in 0.5%:200us");
        long lengthNs = DurationText.ParseNs(text[(colon + 1)..]);
        return lengthNs <= LengthMaxNs
            ? new PinModel(share / 100, lengthNs)
            : throw new FormatException($"a pin of {text[(colon + 1)..]} is longer than a minute");
    }

    /// <summary><c>0.5%:200us</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Share * 100:0.######}%:{DurationText.Of(LengthNs)}");
}
