namespace ForkTrace.Replay.Contract;

/// <summary>The values of a policy's parameters: the given ones, and defaults for the rest. All are within their ranges.</summary>
public sealed class PolicyArguments
{
    private readonly ImmutableSortedDictionary<string, long> _values;

    private PolicyArguments(ImmutableSortedDictionary<string, long> values) => _values = values;

    /// <summary>All parameters with their values, by name.</summary>
    public ImmutableSortedDictionary<string, long> Values => _values;

    /// <summary>The value of a parameter of the policy.</summary>
    public long this[string name] => _values[name];

    /// <summary>Checks the given values against the policy's parameters, and fills in defaults.</summary>
    /// <exception cref="PolicyException">An unknown parameter or a value outside its range.</exception>
    public static PolicyArguments Bind(PolicyDescriptor policy, IReadOnlyDictionary<string, long> given)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(given);
        ImmutableSortedDictionary<string, long> values =
            policy.Parameters.ToImmutableSortedDictionary(parameter => parameter.Name, parameter => parameter.Default, StringComparer.Ordinal);
        foreach ((string name, long value) in given)
        {
            PolicyParameter parameter = policy.Parameters.FirstOrDefault(candidate => candidate.Name == name)
                ?? throw new PolicyException(
                    $"policy {policy.Name} has no parameter '{name}'; it has {NamesOf(policy)}");
            if (value < parameter.Min || value > parameter.Max)
            {
                throw new PolicyException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{policy.Name}:{name} is {value}, but must be {parameter.Min} to {parameter.Max} {parameter.Unit}"));
            }

            values = values.SetItem(name, value);
        }

        return new PolicyArguments(values);
    }

    /// <summary><c>capacity=2,...</c> in order of name; empty if the policy has no parameters.</summary>
    public override string ToString() =>
        string.Join(',', _values.Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}")));

    private static string NamesOf(PolicyDescriptor policy) =>
        policy.Parameters.IsEmpty ? "none" : string.Join(", ", policy.Parameters.Select(parameter => parameter.Name));
}
