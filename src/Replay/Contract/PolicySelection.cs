using System.Globalization;

namespace ForkTrace.Replay.Contract;

/// <summary>A policy with its parameters as a user writes them: <c>name</c> or <c>name:param=value,param=value</c>.</summary>
public sealed class PolicySelection
{
    private PolicySelection(PolicyEntry policy, PolicyArguments arguments)
    {
        Policy = policy;
        Arguments = arguments;
    }

    public PolicyEntry Policy { get; }

    public PolicyArguments Arguments { get; }

    /// <summary>The canonical spelling, every parameter named.</summary>
    public override string ToString() =>
        Arguments.Values.IsEmpty ? Policy.Descriptor.Name : $"{Policy.Descriptor.Name}:{Arguments}";

    /// <summary>Reads a selection.</summary>
    /// <exception cref="PolicyException">No such policy or parameter, or a value that is no number or out of range.</exception>
    public static PolicySelection Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        PolicyEntry policy = PolicyCatalog.ByName(colon < 0 ? text : text[..colon]);
        Dictionary<string, long> given = new(StringComparer.Ordinal);
        if (colon >= 0)
        {
            foreach (string part in text[(colon + 1)..].Split(','))
                AddPart(given, part, text);
        }

        return new PolicySelection(policy, PolicyArguments.Bind(policy.Descriptor, given));
    }

    private static void AddPart(Dictionary<string, long> given, string part, string text)
    {
        int equals = part.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new PolicyException($"'{part}' in '{text}' is not of the form param=value");
        if (!long.TryParse(part[(equals + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
            throw new PolicyException($"'{part[(equals + 1)..]}' in '{text}' is not a whole number");
        if (!given.TryAdd(part[..equals], value))
            throw new PolicyException($"'{text}' gives {part[..equals]} twice");
    }
}
