namespace ForkTrace.Analytics.Storage;

/// <summary>Writes validations of one recording, inside the caller's transaction.</summary>
internal sealed class ValidationWriter(DuckDBConnection connection)
{
    public void Write(RunDescription run, TraceFacts facts, IEnumerable<(ValidationResult Result, string Conditions)> results)
    {
        new TraceWriter(connection).Write(facts);
        long number = Convert.ToInt64(
            connection.Scalar("SELECT coalesce(max(validation), 0) FROM validations"), CultureInfo.InvariantCulture);
        using DuckDBAppender rows = connection.CreateAppender("validations");
        using DuckDBAppender causes = connection.CreateAppender("validation_causes");
        foreach ((ValidationResult result, string conditions) in results)
        {
            rows.CreateRow()
                .AppendValue(++number).AppendValue(facts.Digest).AppendValue(run.Version).AppendValue(run.Command)
                .AppendValue(run.EndedAt.UtcDateTime).AppendValue(run.Label).AppendValue(run.Commit)
                .AppendValue(result.Policy).AppendValue(result.Evidence).AppendValue(conditions)
                .AppendValue(result.Forks).AppendValue(result.TrueHits).AppendValue(result.TrueMisses)
                .AppendValue(result.FalseHits).AppendValue(result.FalseMisses)
                .AppendValue(result.Agreement).AppendValue(result.AgreementInterval.Low).AppendValue(result.AgreementInterval.High)
                .AppendValue(result.BalancedAgreement).AppendValue(result.ConstantAgreement)
                .AppendValue(result.TrueHitRate).AppendValue(result.PredictedHitRate)
                .EndRow();
            foreach (IGrouping<DisagreementCause, Disagreement> cause in result.Disagreements.GroupBy(found => found.Cause).OrderBy(cause => cause.Key))
                causes.CreateRow().AppendValue(number).AppendValue(DisagreementCauseNames.Of(cause.Key)).AppendValue(cause.LongCount()).EndRow();
        }

        rows.Close();
        causes.Close();
    }
}
