using System.Security.Cryptography;
using System.Text;
using ForkTrace.Events;
using ForkTrace.Replay.Conditions;
using ForkTrace.Replay.Contract;

namespace ForkTrace.Replay.Engine;

/// <summary>The stable id of a cell: what it is computed from, hashed. What changes no row is not part of it.</summary>
internal static class CellId
{
    public static string Of(TraceFacts facts, PolicySelection selection, ReplayConditions conditions)
    {
        string key = string.Join('|', [facts.Digest, selection.ToString(), .. ConditionDefinition.KeysOf(conditions)]);
        if (selection.Policy.Origin.Length > 0)
            key += $"|plugin={selection.Policy.Origin}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 8));
    }
}
