using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace ForkTrace.BindingsGenerator;

/// <summary>Reads from a build of DuckDB.NET.Data.dll which methods of the bindings it calls. Nothing of it is loaded or run.</summary>
public static class ProviderMetadata
{
    private const string Owner = "DuckDB.NET.Native.NativeMethods.";

    /// <summary>Every referenced method of <c>NativeMethods</c>'s nested classes, ordered by group and name.</summary>
    public static IReadOnlyList<NativeMethod> ReadNativeMethods(string providerPath)
    {
        using FileStream file = File.OpenRead(providerPath);
        using PEReader image = new(file);
        MetadataReader reader = image.GetMetadataReader();
        List<NativeMethod> methods = [];
        foreach (MemberReferenceHandle handle in reader.MemberReferences)
        {
            if (Read(reader, reader.GetMemberReference(handle)) is { } method)
                methods.Add(method);
        }

        methods.Sort((a, b) => string.CompareOrdinal($"{a.Group}.{a.Name}", $"{b.Group}.{b.Name}"));
        return methods;
    }

    private static NativeMethod? Read(MetadataReader reader, MemberReference member)
    {
        if (member.Parent.Kind != HandleKind.TypeReference || member.GetKind() != MemberReferenceKind.Method)
            return null;
        string owner = SignatureNames.Instance.GetTypeFromReference(reader, (TypeReferenceHandle)member.Parent, 0);
        if (!owner.StartsWith(Owner, StringComparison.Ordinal))
            return null;
        MethodSignature<string> signature = member.DecodeMethodSignature(SignatureNames.Instance, null);
        string name = reader.GetString(member.Name);
        if (signature.Header.IsInstance || signature.GenericParameterCount != 0)
            throw new InvalidDataException($"{owner}.{name} is not a plain static method, and only those can be imported.");
        return new NativeMethod(owner[Owner.Length..], name, Plain(signature.ReturnType), [.. signature.ParameterTypes.Select(Plain)]);
    }

    private static string Plain(string type) =>
        type.Replace("[value] ", "", StringComparison.Ordinal).Replace("DuckDB.NET.Native.", "", StringComparison.Ordinal);
}
