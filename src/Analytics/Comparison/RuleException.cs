namespace ForkTrace.Analytics.Comparison;

/// <summary>A file of rules or a plan that cannot be understood: one line that names the file, what was found, what is allowed.</summary>
public sealed class RuleException(string message, Exception? cause = null) : Exception(message, cause);
