using ForkTrace.Lifecycle.Rcu;

namespace ForkTrace.Lifecycle.Conditions;

/// <summary>
/// When and where RCU callbacks run, as far as a recording does not tell: the parameters of <see cref="GracePeriodModel"/> and <see
/// cref="CallbackSchedule"/>. The defaults are those of distribution kernels (HZ=250, no offloading).
/// </summary>
public sealed record RcuModel
{
    // Median length of a grace period, in times until the first scan: one scan finds idle CPUs, the next finds most others.
    private const int ScansOfMedian = 2;

    public static RcuModel Default { get; } = new();

    /// <summary>CONFIG_HZ: ticks per second.</summary>
    public int Hz { get; init; } = 250;

    /// <summary>
    /// Time until the first scan for quiescent states, ns. 0 for the kernel's own: 1 + (HZ &gt; 250) + (HZ &gt; 500) + CPUs / 256 jiffies
    /// (RCU_JIFFIES_TILL_FORCE_QS, kernel/rcu/tree.h; rcu_init_geometry, kernel/rcu/tree.c).
    /// </summary>
    public long FirstScanNs { get; init; }

    /// <summary>Median length of a grace period, ns; 0 for twice the time until the first scan.</summary>
    public long GracePeriodNs { get; init; }

    /// <summary>
    /// Number of callbacks that one pass of the softirq runs at least, if more are ready (blimit, 10 in kernel/rcu/tree.c), on a CPU that
    /// always has other work. 0 for CPUs that run all ready callbacks at once, as they do when nothing else needs the CPU. Recordings show
    /// this: one of the shipped ones from Linux 6.18 has 1017 frees of tasks in a row.
    /// </summary>
    public int BatchLimit { get; init; }

    /// <summary>CPUs whose callbacks are offloaded to kthreads (rcu_nocbs); empty for none.</summary>
    public ImmutableArray<int> OffloadedCpus { get; init; } = [];

    /// <summary>True if all CPUs are offloaded, however many there are.</summary>
    public bool IsAllOffloaded { get; init; }

    /// <summary>CPUs on which these kthreads run. Empty for the CPUs that are not offloaded, or for any CPU if all are.</summary>
    public ImmutableArray<int> HousekeepingCpus { get; init; } = [];

    /// <summary>
    /// How long a callback of an offloaded CPU may wait before a grace period is requested, ns; 0 if it is requested at once
    /// (CONFIG_RCU_LAZY: LAZY_FLUSH_JIFFIES, ten seconds, kernel/rcu/tree_nocb.h, v6.2).
    /// </summary>
    public long LazyNs { get; init; }

    /// <summary>Number of callbacks of a CPU that end such a wait (qhimark, kernel/rcu/tree.c).</summary>
    public int LazyLimit { get; init; } = 10000;

    /// <summary>True for grace periods as short as expedited ones. No kernel's call_rcu is this fast: it is a bound.</summary>
    public bool IsExpedited { get; init; }

    /// <summary>True if the model overrides the recording: it describes a machine that was not recorded.</summary>
    public bool IsAlways { get; init; }

    /// <summary>True if the model equals <see cref="Default"/>.</summary>
    public bool IsDefault => Equals(Default);

    /// <summary>True if the models have the same text, that is, the same effect.</summary>
    public bool Equals(RcuModel? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

    /// <summary>Length of a tick, ns.</summary>
    public long JiffyNs => 1_000_000_000 / Hz;

    /// <summary>True if the CPU's callbacks are offloaded.</summary>
    public bool IsOffloaded(int cpu) => IsAllOffloaded || OffloadedCpus.Contains(cpu);

    /// <summary>The time until the first scan on a machine with that many CPUs, ns.</summary>
    public long FirstScanOf(int cpus) =>
        FirstScanNs > 0 ? FirstScanNs : (1 + (Hz > 250 ? 1 : 0) + (Hz > 500 ? 1 : 0) + (cpus / 256)) * JiffyNs;

    /// <summary>The median length of a grace period on a machine with that many CPUs, ns.</summary>
    public long MedianOf(int cpus) => GracePeriodNs > 0 ? GracePeriodNs : ScansOfMedian * FirstScanOf(cpus);

    /// <summary>This model with the length of grace periods that the recording shows (0 if it shows none), unless the user set a
    /// length.</summary>
    public RcuModel OrMeasured(long gracePeriodNs) =>
        gracePeriodNs > 0 && GracePeriodNs == 0 && FirstScanNs == 0 && !IsExpedited && !IsAlways
            ? this with { GracePeriodNs = gracePeriodNs }
            : this;

    /// <summary>Reads the form that <see cref="ToString"/> writes. Parameters that are not named keep their defaults.</summary>
    /// <exception cref="FormatException">A name is unknown, a value is out of range, or values contradict each other.</exception>
    public static RcuModel Parse(string text) => RcuModelText.Parse(text);

    /// <summary><c>hz=250</c>, followed by every parameter that differs from its default.</summary>
    public override string ToString()
    {
        List<string> parts = [string.Create(CultureInfo.InvariantCulture, $"hz={Hz}")];
        AddIf(parts, BatchLimit > 0, string.Create(CultureInfo.InvariantCulture, $"blimit={BatchLimit}"));
        AddIf(parts, FirstScanNs > 0, $"first-fqs={DurationText.Of(FirstScanNs)}");
        AddIf(parts, GracePeriodNs > 0, $"gp={DurationText.Of(GracePeriodNs)}");
        AddIf(parts, IsAllOffloaded, "nocb=all");
        AddIf(parts, !OffloadedCpus.IsEmpty, $"nocb={CpuSet.Text(OffloadedCpus, RcuModelText.CpuSeparator)}");
        AddIf(parts, !HousekeepingCpus.IsEmpty, $"on={CpuSet.Text(HousekeepingCpus, RcuModelText.CpuSeparator)}");
        AddIf(parts, LazyNs > 0, $"lazy={DurationText.Of(LazyNs)}");
        AddIf(parts, LazyNs > 0, string.Create(CultureInfo.InvariantCulture, $"lazy-limit={LazyLimit}"));
        AddIf(parts, IsExpedited, "expedited");
        AddIf(parts, IsAlways, "always");
        return string.Join(',', parts);
    }

    private static void AddIf(List<string> parts, bool isNamed, string part)
    {
        if (isNamed)
            parts.Add(part);
    }
}

/// <summary>Reads a model of RCU: <c>hz=1000,nocb=1-7,on=0,lazy=10s,always</c>.</summary>
internal static class RcuModelText
{
    /// <summary>Separates the ranges of a list of CPUs, since a comma separates parameters.</summary>
    public const char CpuSeparator = '+';

    private const string Known = "hz, first-fqs, gp, blimit, nocb, on, lazy, lazy-limit, expedited, always";

    public static RcuModel Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        RcuModel model = RcuModel.Default;
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? part : part[..equals];
            if (!seen.Add(name))
                throw new FormatException($"the model gives {name} twice");
            model = With(model, name, equals < 0 ? null : part[(equals + 1)..]);
        }

        RefuseMisfits(model);
        return model;
    }

    private static RcuModel With(RcuModel model, string name, string? value) => (name, value) switch
    {
        ("hz", { } hz) => model with { Hz = Number(name, hz, 24, 10000) },
        ("first-fqs", { } time) => model with { FirstScanNs = Time(name, time) },
        ("gp", { } time) => model with { GracePeriodNs = Time(name, time) },
        ("blimit", { } limit) => model with { BatchLimit = Number(name, limit, 1, 1_000_000) },
        ("nocb", "all") => model with { IsAllOffloaded = true },
        ("nocb", { } cpus) => model with { OffloadedCpus = CpuSet.Parse(cpus, CpuSeparator) },
        ("on", { } cpus) => model with { HousekeepingCpus = CpuSet.Parse(cpus, CpuSeparator) },
        ("lazy", null) => model with { LazyNs = 10_000_000_000 },
        ("lazy", { } time) => model with { LazyNs = Time(name, time) },
        ("lazy-limit", { } limit) => model with { LazyLimit = Number(name, limit, 1, 100_000_000) },
        ("expedited", null) => model with { IsExpedited = true },
        ("always", null) => model with { IsAlways = true },
        ("expedited" or "always", _) => throw new FormatException($"{name} takes no value"),
        ("hz" or "first-fqs" or "gp" or "blimit" or "nocb" or "on" or "lazy-limit", null) =>
            throw new FormatException($"{name} takes a value, as in {name}=..."),
        _ => throw new FormatException($"the model has no parameter '{name}'; it has {Known}"),
    };

    private static void RefuseMisfits(RcuModel model)
    {
        bool isOffloaded = model.IsAllOffloaded || !model.OffloadedCpus.IsEmpty;
        if (model.LazyNs > 0 && !isOffloaded)
            throw new FormatException("lazy applies only to offloaded CPUs (CONFIG_RCU_LAZY needs rcu_nocbs): add nocb=all");
        if (!model.HousekeepingCpus.IsEmpty && !isOffloaded)
            throw new FormatException("on says where the kthreads of offloaded CPUs run: add nocb=...");
        if (model.IsExpedited && (model.GracePeriodNs > 0 || model.FirstScanNs > 0))
            throw new FormatException("expedited grace periods have a fixed length: leave out gp and first-fqs");
    }

    private static int Number(string name, string text, int min, int max) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= min && number <= max
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{name} is '{text}', but must be {min} to {max}"));

    private static long Time(string name, string text)
    {
        try
        {
            return DurationText.ParseNs(text);
        }
        catch (FormatException mistake)
        {
            throw new FormatException($"{name}: {mistake.Message}");
        }
    }
}
