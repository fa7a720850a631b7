using System.Collections.Immutable;

namespace ForkTrace.BindingsGenerator;

/// <summary>A method of <c>NativeMethods</c> that the provider calls, as the provider's metadata spells it.</summary>
/// <param name="Group">The nested class that holds it, e.g. <c>Appender</c>.</param>
/// <param name="Name">Its name, e.g. <c>DuckDBAppenderClose</c>.</param>
/// <param name="ReturnType">The C# spelling of what it returns.</param>
/// <param name="ParameterTypes">The C# spellings of what it takes; references begin with <c>ref </c>.</param>
public sealed record NativeMethod(string Group, string Name, string ReturnType, ImmutableArray<string> ParameterTypes);
