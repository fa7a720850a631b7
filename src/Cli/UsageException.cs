namespace ForkTrace.Cli;

/// <summary>The user asked for something that cannot be: said in one line, exit code 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
