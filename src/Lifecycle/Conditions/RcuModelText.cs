using System.Globalization;
using ForkTrace.Events;

namespace ForkTrace.Lifecycle.Conditions;

/// <summary>Reads a model of RCU: <c>hz=1000,nocb=1-7,on=0,lazy=10s,always</c>.</summary>
internal static class RcuModelText
{
    /// <summary>Between the ranges of a list of CPUs, since a comma parts parameters.</summary>
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
            throw new FormatException("only callbacks of offloaded CPUs are lazy (CONFIG_RCU_LAZY needs rcu_nocbs): add nocb=all");
        if (!model.HousekeepingCpus.IsEmpty && !isOffloaded)
            throw new FormatException("on says where kthreads of offloaded CPUs run: add nocb=...");
        if (model.IsExpedited && (model.GracePeriodNs > 0 || model.FirstScanNs > 0))
            throw new FormatException("expedited grace periods have a length of their own: leave out gp and first-fqs");
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
