using ForkTrace.Replay.Contract;

namespace ForkTrace.Analytics.Html;

/// <summary>
/// The two sentences per recording on a page, from the database: its latest cells and curves under the conditions of the recorded kernel's cell.
/// Needs the tables of <see cref="ReportQueries"/>.
/// </summary>
internal static class ReportAnswers
{
    private const string Kernels = """
        SELECT DISTINCT ON (report_cells.trace_digest) report_cells.trace_digest, kernels.policy
        FROM report_cells
        LEFT JOIN kernels ON kernels.trace_digest = report_cells.trace_digest
        """;

    private const string Cells = """
        SELECT
            trace_digest, policy, parameters, hit_rate, starting_full_hit_rate, cached_mean_bytes, seed || ' ' || conditions AS question,
            allocations, measured_hit_rate, coalesce(measured_agreement_share, expected_agreement_low_share) AS agreement_share
        FROM report_cells
        WHERE unmet IS NULL
        ORDER BY run DESC, policy, capacity, parameters, cell
        """;

    private const string Points = """
        SELECT trace_digest, policy, parameters_else, hit_rate, NULL::DOUBLE, cached_mean_bytes, seed || ' ' || conditions AS question, capacity
        FROM capacity_curves
        JOIN (SELECT run, any_value(conditions) AS conditions FROM report_conditions GROUP BY run) USING (run)
        WHERE trace_digest IN (SELECT trace_digest FROM report_cells) AND hit_rate IS NOT NULL
        ORDER BY policy, parameters_else, capacity
        """;

    /// <summary>The sentences per recording, in order; and the sentences over all of them, or null for a single one.</summary>
    public static (ImmutableArray<RunAnswer> Each, RunAnswer? All) Read(ResultsDatabase database, IReadOnlyList<string> recordings)
    {
        Dictionary<string, string?> policies = [];
        using (QueryResult rows = database.Query(Kernels))
        {
            while (rows.Read())
                policies[rows.TextOf(0)] = rows.Text(1);
        }

        List<Row> cells = ReadRows(database, Cells, isCurve: false);
        List<Row> all = [.. cells, .. ReadRows(database, Points, isCurve: true)];
        List<(KernelOutcome? Kernel, IReadOnlyCollection<AnswerSetting> Others)> outcomes = [];
        ImmutableArray<RunAnswer>.Builder each = ImmutableArray.CreateBuilder<RunAnswer>();
        foreach (string recording in recordings)
        {
            string? policy = policies.GetValueOrDefault(recording);
            string own = policy is not null && PolicyCatalog.All.Any(known => known.Descriptor.Name == policy)
                ? PolicySelection.Parse(policy).ToString()
                : "";
            Row? row = cells.Find(cell => cell.Recording == recording && cell.Setting.Name == own);
            AnswerSetting[] others =
            [
                .. all.Where(other => other.Recording == recording && other.Question == row?.Question)
                    .Select(other => other.Setting).DistinctBy(setting => setting.Name),
            ];
            outcomes.Add((row?.Kernel, others));
            each.Add(row is null && own.Length > 0 ? Without(own) : RunAnswer.Of(row?.Kernel, others));
        }

        return (each.ToImmutable(), outcomes.Count > 1 ? RunAnswer.Over(outcomes) : null);
    }

    private static RunAnswer Without(string own) => new(
        $"The database holds no answer of {own}, the recorded kernel's own policy, on this recording.",
        "So no other policy can be called better; forktrace run --policy linux replays it.",
        null);

    private static List<Row> ReadRows(ResultsDatabase database, string sql, bool isCurve)
    {
        using QueryResult rows = database.Query(sql);
        List<Row> read = [];
        while (rows.Read())
        {
            string parameters = rows.TextOf(2);
            if (isCurve)
                parameters = AnswerSetting.ParametersOf(parameters, IntegerOf(rows, 7));
            double hitRate = ShareOf(rows, 3) ?? throw rows.Unexpected(3);
            AnswerSetting setting = new(rows.TextOf(1), parameters, hitRate, ShareOf(rows, 4), rows.Number(5) ?? 0);
            KernelOutcome? kernel = isCurve ? null : new KernelOutcome(setting, IntegerOf(rows, 7), ShareOf(rows, 8), ShareOf(rows, 9));
            read.Add(new Row(rows.TextOf(0), setting, rows.TextOf(6), kernel));
        }

        return read;
    }

    private static double? ShareOf(QueryResult rows, int column) => rows.Number(column) switch
    {
        null => null,
        >= 0 and <= 1 and { } share => share,
        _ => throw rows.Unexpected(column),
    };

    private static long IntegerOf(QueryResult rows, int column) => rows.WholeNumber(column) ?? throw rows.Unexpected(column);

    private sealed record Row(string Recording, AnswerSetting Setting, string Question, KernelOutcome? Kernel);
}
