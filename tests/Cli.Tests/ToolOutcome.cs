namespace ForkTrace.Cli.Tests;

/// <summary>The result of a run of the tool.</summary>
/// <param name="Code">Exit code.</param>
/// <param name="Out">Standard output, as text.</param>
/// <param name="Error">Standard error, as text.</param>
public sealed record ToolOutcome(int Code, string Out, string Error);
