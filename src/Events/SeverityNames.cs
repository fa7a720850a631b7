namespace ForkTrace.Events;

/// <summary><see cref="IssueSeverity"/> in snake case, as files, JSON and SQL have it.</summary>
public static class SeverityNames
{
    /// <summary><c>information</c>, <c>warning</c>, <c>data_loss</c>.</summary>
    public static string Of(IssueSeverity severity) => severity switch
    {
        IssueSeverity.DataLoss => "data_loss",
        IssueSeverity.Warning => "warning",
        _ => "information",
    };

    /// <exception cref="FormatException">There is no severity of that name.</exception>
    public static IssueSeverity Parse(string name) => name switch
    {
        "data_loss" => IssueSeverity.DataLoss,
        "warning" => IssueSeverity.Warning,
        "information" => IssueSeverity.Information,
        _ => throw new FormatException($"'{name}' is no severity."),
    };
}
