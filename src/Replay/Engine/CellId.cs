using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ForkTrace.Events;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Replay.Engine;

/// <summary>The stable id of a cell: what it is computed from, hashed. What changes no row is not part of it.</summary>
internal static class CellId
{
    public static string Of(TraceFacts facts, PolicySelection selection, ReplayPlan plan)
    {
        string key = string.Create(
            CultureInfo.InvariantCulture, $"{facts.Digest}|{selection}|{plan.Costs.Name}@{plan.Costs.Fingerprint}|{plan.Seed}|{plan.WindowNs}");

        // Named only where they are not the default, so that ids from before they existed stay.
        if (plan.WarmupNs > 0)
            key += string.Create(CultureInfo.InvariantCulture, $"|warmup={plan.WarmupNs}");
        if (!plan.NodeOfCpu.IsEmpty)
            key += $"|nodes={string.Join(',', plan.NodeOfCpu)}";
        if (!plan.CacheOfCpu.IsEmpty)
            key += $"|caches={string.Join(',', plan.CacheOfCpu)}";
        if (!plan.Rcu.IsDefault)
            key += $"|rcu={plan.Rcu}";
        if (plan.Pins is { } pins)
            key += $"|pins={pins}";
        if (plan.StartFull)
            key += "|start=full";
        if (plan.VfreeDelayNs != VfreeQueue.DefaultDelayNs)
            key += string.Create(CultureInfo.InvariantCulture, $"|vfree={plan.VfreeDelayNs}");
        if (selection.Policy.Origin.Length > 0)
            key += $"|plugin={selection.Policy.Origin}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 8));
    }
}
