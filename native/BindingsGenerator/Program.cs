using ForkTrace.BindingsGenerator;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: dotnet run --project native/BindingsGenerator -- <DuckDB.NET.Data.dll> <output folder>");
    return 2;
}

foreach (string stale in Directory.EnumerateFiles(args[1], "*.g.cs"))
    File.Delete(stale);
foreach ((string name, string text) in SourceWriter.Write(ProviderMetadata.ReadNativeMethods(args[0])))
    File.WriteAllText(Path.Combine(args[1], name), text);
return 0;
