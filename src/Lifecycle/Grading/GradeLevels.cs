namespace ForkTrace.Lifecycle.Grading;

/// <summary>What each <see cref="GradeLevel"/> says to a reader of results.</summary>
public static class GradeLevels
{
    /// <summary>One phrase.</summary>
    public static string Describe(GradeLevel level) => level switch
    {
        GradeLevel.A => "all that the policy depends on is observed or bounded by events",
        GradeLevel.B => "some operations are placed by a neighbouring event, or a few callbacks by a model",
        GradeLevel.C => "more than a quarter of the operations of some kind are modelled",
        _ => "events were lost: the trace is not all that happened",
    };
}
