using System.IO.Enumeration;
using Tomlyn.Model;

namespace ForkTrace.Analytics.Comparison;

/// <summary>
/// Rules of a comparison, from TOML: limits by metric at the top (or in <c>[rules]</c>) for every cell, then any number of
/// <c>[[rule]]</c> with globs <c>trace</c>, <c>policy</c>, <c>parameters</c>. If several rules cover the same metric of a cell, the last one applies.
/// Rules between policies are texts of the list <c>expect</c> at the top, in <c>[rules]</c>, or in a <c>[[rule]]</c> with <c>trace</c>.
/// </summary>
public sealed class RuleSet
{
    /// <summary>The key of rules between policies.</summary>
    internal const string ExpectKey = "expect";

    private static readonly string[] s_globs = ["trace", "policy", "parameters"];

    private RuleSet(ImmutableArray<ComparisonRule> rules, ImmutableArray<PolicyRule> policyRules)
    {
        Rules = rules;
        PolicyRules = policyRules;
    }

    /// <summary>Limits on how far figures may go from a baseline.</summary>
    public ImmutableArray<ComparisonRule> Rules { get; }

    /// <summary>Rules between policies of the same result, which need no baseline.</summary>
    public ImmutableArray<PolicyRule> PolicyRules { get; }

    /// <summary>Whether there are no rules.</summary>
    public bool IsEmpty => Rules.IsEmpty && PolicyRules.IsEmpty;

    /// <summary>Reads a file of rules.</summary>
    /// <exception cref="RuleException">It cannot be read, is not TOML, or has an unknown key.</exception>
    public static RuleSet Load(string path)
    {
        TomlTable table = TomlFile.Read(path);
        return TomlFile.Explain(path, () => From(table, table.Where(pair => pair.Key is not ("rules" or "rule"))));
    }

    /// <summary>The rules of a table that also has other keys: <c>expect</c>, <c>[rules]</c> and <c>[[rule]]</c>.</summary>
    internal static RuleSet From(TomlTable table) => From(table, table.Where(pair => pair.Key == ExpectKey));

    /// <summary>Applies the rules to a comparison, cell by cell in the base's order.</summary>
    /// <exception cref="RuleException">A rule names a metric that neither side has.</exception>
    public ImmutableArray<Verdict> Judge(ResultComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        foreach (string metric in Rules.SelectMany(rule => rule.Limits.Keys))
        {
            if (!comparison.Metrics.Contains(metric))
                throw new RuleException($"there is no metric '{metric}'; there are {string.Join(", ", comparison.Metrics)}");
        }

        Dictionary<ComparedCell, ComparedCell> heads = comparison.Pairs.ToDictionary(pair => pair.Base, pair => pair.Head);
        return [.. comparison.Base.Cells.SelectMany(cell => Judge(cell, heads.GetValueOrDefault(cell)))];
    }

    /// <summary>Rules that match no cell or no figure of the base, such as a misspelt glob.</summary>
    public ImmutableArray<string> Idle(ResultComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        return
        [
            .. Rules.Where(rule => !comparison.Base.Cells.Any(rule.Covers)).Select(rule =>
                $"a rule covers no cell of base: trace '{rule.Trace}', policy '{rule.Policy}', parameters '{rule.Parameters}'"),
            .. Rules.SelectMany(rule => rule.Limits.Keys.Where(metric => HasNoFigure(comparison, rule, metric)).Select(metric =>
                $"no cell of base that a rule covers has a figure {metric}: nothing is guarded")),
        ];
    }

    private IEnumerable<Verdict> Judge(ComparedCell before, ComparedCell? after)
    {
        SortedDictionary<string, RuleLimit> limits = new(StringComparer.Ordinal);
        foreach (ComparisonRule rule in Rules.Where(rule => rule.Covers(before)))
        {
            foreach ((string metric, RuleLimit limit) in rule.Limits)
                limits[metric] = limit;
        }

        foreach ((string metric, RuleLimit limit) in limits)
        {
            double? head = after?.Metrics.GetValueOrDefault(metric);
            if (before.Metrics.GetValueOrDefault(metric) is { } figure)
            {
                bool isRegression = head is null || limit.IsExceeded(figure, head.Value);
                yield return new Verdict(after ?? before, metric, limit, figure, head, isRegression);
            }
        }
    }

    private static bool HasNoFigure(ResultComparison comparison, ComparisonRule rule, string metric)
    {
        ComparedCell[] covered = [.. comparison.Base.Cells.Where(rule.Covers)];
        return covered.Length > 0 && covered.All(cell => cell.Metrics.GetValueOrDefault(metric) is null);
    }

    private static RuleSet From(TomlTable table, IEnumerable<KeyValuePair<string, object>> limits)
    {
        List<ComparisonRule> rules = [];
        List<PolicyRule> policyRules = [];
        IEnumerable<KeyValuePair<string, object>> shared = table.TryGetValue("rules", out object? group)
            ? limits.Concat(group as TomlTable ?? throw new RuleException("'rules' must be a table: [rules]"))
            : limits;
        Add(shared);
        if (table.TryGetValue("rule", out object? several))
        {
            foreach (TomlTable one in several as TomlTableArray ?? throw new RuleException("'rule' must be tables: [[rule]]"))
                Add(one);
        }

        rules.RemoveAll(rule => rule.Limits.IsEmpty);
        return new RuleSet([.. rules], [.. policyRules]);

        void Add(IEnumerable<KeyValuePair<string, object>> entries)
        {
            ILookup<bool, KeyValuePair<string, object>> split = entries.ToLookup(pair => pair.Key == ExpectKey);
            ComparisonRule rule = Rule(split[false]);
            rules.Add(rule);
            policyRules.AddRange(split[true].SelectMany(pair => Expected(pair.Value, rule)));
        }
    }

    private static IEnumerable<PolicyRule> Expected(object value, ComparisonRule beside)
    {
        if ((beside.Policy, beside.Parameters) != ("*", "*"))
            throw new RuleException($"'{ExpectKey}' names its policies itself: 'policy' and 'parameters' beside it mean nothing");
        object?[] texts = value is TomlArray several ? [.. several] : [value];
        return texts.Select(text => PolicyRule.Parse(
            text as string ?? throw new RuleException($"'{ExpectKey}' must be a list of texts: {ExpectKey} = [\"mine.hit_rate >= linux.hit_rate\"]"),
            beside.Trace));
    }

    private static ComparisonRule Rule(IEnumerable<KeyValuePair<string, object>> entries)
    {
        Dictionary<string, string> globs = s_globs.ToDictionary(name => name, _ => "*");
        ImmutableSortedDictionary<string, RuleLimit>.Builder limits =
            ImmutableSortedDictionary.CreateBuilder<string, RuleLimit>(StringComparer.Ordinal);
        foreach ((string name, object value) in entries)
        {
            string text = value as string ?? (value is 0L ? "0" : throw new RuleException($"'{name}' must be a text, such as \"+5%\""));
            if (globs.ContainsKey(name))
                globs[name] = text;
            else
                limits[name] = RuleLimit.Parse(text);
        }

        return new ComparisonRule(globs["trace"], globs["policy"], globs["parameters"], limits.ToImmutable());
    }
}

/// <summary>A file of rules or a plan is invalid. The message is one line: the file, what was found, what is allowed.</summary>
public sealed class RuleException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>Limits for the cells that its globs match (<c>*</c> and <c>?</c>).</summary>
/// <param name="Trace">Glob over the file name of the recording.</param>
/// <param name="Policy">Glob over the policy's name.</param>
/// <param name="Parameters">Glob over the parameters, as <c>param=value,...</c>.</param>
/// <param name="Limits">By metric.</param>
public sealed record ComparisonRule(
    string Trace, string Policy, string Parameters, ImmutableSortedDictionary<string, RuleLimit> Limits)
{
    internal bool Covers(ComparedCell cell) =>
        Fits(Trace, cell.Trace) && Fits(Policy, cell.Policy) && Fits(Parameters, cell.Parameters);

    // FileSystemName finds nothing in an empty name, not even what * covers.
    private static bool Fits(string glob, string text) =>
        glob == "*" || FileSystemName.MatchesSimpleExpression(glob, text, ignoreCase: false);
}
