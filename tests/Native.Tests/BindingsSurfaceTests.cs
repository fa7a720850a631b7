using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using ForkTrace.BindingsGenerator;
using ForkTrace.TestKit;

namespace ForkTrace.Native.Tests;

/// <summary>The bindings give the provider everything that it asks for, and the engine gives it to the bindings.</summary>
public sealed class BindingsSurfaceTests
{
    private const string Bindings = "DuckDB.NET.Bindings";

    // Apache.Arrow is not among our dependencies, and nobody may call these two.
    private static readonly string[] s_needApacheArrow = ["DuckDBCommand.ExecuteArrowBatchesAsync", "DuckDBCommand.ExecuteArrowStream"];

    private static readonly Assembly s_provider = typeof(DuckDBConnection).Assembly;
    private static readonly Assembly s_bindings = typeof(DuckDBState).Assembly;

    [Fact]
    public void Every_type_that_the_provider_references_is_defined()
    {
        using AssemblySurface provider = new(s_provider.Location);
        using AssemblySurface bindings = new(s_bindings.Location);
        List<string> expected = provider.TypesExpectedOf(Bindings);
        Assert.Equal(57, expected.Count);
        Assert.Empty(expected.Except(bindings.DefinedTypes()));
    }

    [Fact]
    public void Every_member_that_the_provider_references_is_defined_with_that_signature()
    {
        using AssemblySurface provider = new(s_provider.Location);
        using AssemblySurface bindings = new(s_bindings.Location);
        List<string> expected = provider.MembersExpectedOf(Bindings);
        Assert.Equal(206, expected.Count);
        Assert.Empty(expected.Except(bindings.DefinedMembers()));
    }

    [Fact]
    public void The_runtime_compiles_every_method_of_the_provider_but_the_two_that_need_Arrow()
    {
        MethodBase[] methods = [.. LoadableTypes().SelectMany(CompilableMethods)];
        Assert.InRange(methods.Length, 900, 5000);
        IEnumerable<string> failed = methods.Where(method => !Compiles(method)).Select(method => $"{method.DeclaringType!.Name}.{method.Name}");
        Assert.Equal(s_needApacheArrow, failed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_import_names_a_function_of_the_engine()
    {
        nint engine = NativeLibrary.Load("duckdb", s_bindings, null);
        List<string> entryPoints = [.. Imports(s_bindings).Select(import => import.EntryPoint!)];
        Assert.InRange(entryPoints.Count, 188, 300);
        Assert.DoesNotContain(entryPoints, name => !NativeLibrary.TryGetExport(engine, name, out _));
    }

    [Fact]
    public void The_committed_imports_are_what_the_generator_writes()
    {
        string folder = Path.Combine(RepositoryFiles.Root, "native", Bindings, "Generated");
        SortedDictionary<string, string> written = SourceWriter.Write(ProviderMetadata.ReadNativeMethods(s_provider.Location));
        Assert.Equal(written.Keys, Directory.EnumerateFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.All(written, file => Assert.Equal(file.Value, File.ReadAllText(Path.Combine(folder, file.Key))));
    }

    [Fact]
    public void The_assembly_has_the_identity_that_the_provider_asks_for()
    {
        AssemblyName expected = s_provider.GetReferencedAssemblies().Single(name => name.Name == Bindings);
        AssemblyName found = s_bindings.GetName();
        Assert.Equal(expected.Version, found.Version);
        Assert.Equal("1D0AA5325E915C3B", Convert.ToHexString(found.GetPublicKeyToken()!));
    }

    private static IEnumerable<Type> LoadableTypes()
    {
        try
        {
            return s_provider.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            Assert.All(e.LoaderExceptions, loader => Assert.Contains("Apache.Arrow", loader!.Message, StringComparison.Ordinal));
            return e.Types.OfType<Type>();
        }
    }

    private static IEnumerable<MethodBase> CompilableMethods(Type type)
    {
        const BindingFlags All =
            BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        if (type.ContainsGenericParameters)
            return [];
        return type.GetMethods(All).Concat<MethodBase>(type.GetConstructors(All))
            .Where(method => !method.IsAbstract && !method.ContainsGenericParameters && HasBody(method));
    }

    // The methods of a delegate are the runtime's own.
    private static bool HasBody(MethodBase method) => (method.MethodImplementationFlags & MethodImplAttributes.Runtime) == 0;

    private static bool Compiles(MethodBase method)
    {
        try
        {
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
            return true;
        }
        catch (Exception e) when (e is TypeLoadException or MissingMemberException or FileNotFoundException)
        {
            return false;
        }
    }

    private static IEnumerable<DllImportAttribute> Imports(Assembly assembly)
    {
        const BindingFlags Statics = BindingFlags.DeclaredOnly | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        return assembly.GetTypes().SelectMany(type => type.GetMethods(Statics))
            .Select(method => method.GetCustomAttribute<DllImportAttribute>()).OfType<DllImportAttribute>();
    }
}
