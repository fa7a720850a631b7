using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using ForkTrace.BindingsGenerator;

namespace ForkTrace.Native.Tests;

/// <summary>What an assembly defines, and what it asks of another one, both spelled as text that is equal only for equal signatures.</summary>
internal sealed class AssemblySurface : IDisposable
{
    private readonly PEReader _image;
    private readonly MetadataReader _reader;

    public AssemblySurface(string path)
    {
        _image = new PEReader(File.OpenRead(path));
        _reader = _image.GetMetadataReader();
    }

    /// <summary>Every type that the assembly defines, <c>Namespace.Outer.Inner</c>.</summary>
    public HashSet<string> DefinedTypes() => [.. _reader.TypeDefinitions.Select(Name)];

    /// <summary>Every visible method and field that the assembly defines, with its signature.</summary>
    public HashSet<string> DefinedMembers()
    {
        HashSet<string> members = [];
        foreach (TypeDefinitionHandle handle in _reader.TypeDefinitions)
        {
            TypeDefinition type = _reader.GetTypeDefinition(handle);
            foreach (MethodDefinition method in type.GetMethods().Select(_reader.GetMethodDefinition))
            {
                if ((method.Attributes & System.Reflection.MethodAttributes.MemberAccessMask) == System.Reflection.MethodAttributes.Public)
                    members.Add(Spell(Name(handle), method.Name, method.DecodeSignature(SignatureNames.Instance, null)));
            }

            foreach (FieldDefinition field in type.GetFields().Select(_reader.GetFieldDefinition))
            {
                if ((field.Attributes & System.Reflection.FieldAttributes.FieldAccessMask) == System.Reflection.FieldAttributes.Public)
                    members.Add(Spell(Name(handle), field.Name, field.DecodeSignature(SignatureNames.Instance, null)));
            }
        }

        return members;
    }

    /// <summary>Every type that this assembly expects of the named one.</summary>
    public List<string> TypesExpectedOf(string assembly) =>
        [.. _reader.TypeReferences.Where(type => Scope(type) == assembly).Select(Name)];

    /// <summary>Every method and field that this assembly expects of the named one.</summary>
    public List<string> MembersExpectedOf(string assembly)
    {
        List<string> members = [];
        foreach (MemberReference member in _reader.MemberReferences.Select(_reader.GetMemberReference))
        {
            if (member.Parent.Kind != HandleKind.TypeReference || Scope((TypeReferenceHandle)member.Parent) != assembly)
                continue;
            string owner = Name((TypeReferenceHandle)member.Parent);
            members.Add(member.GetKind() == MemberReferenceKind.Field
                ? Spell(owner, member.Name, member.DecodeFieldSignature(SignatureNames.Instance, null))
                : Spell(owner, member.Name, member.DecodeMethodSignature(SignatureNames.Instance, null)));
        }

        return members;
    }

    public void Dispose() => _image.Dispose();

    private string Name(TypeReferenceHandle handle) => SignatureNames.Instance.GetTypeFromReference(_reader, handle, 0);

    private string Name(TypeDefinitionHandle handle) => SignatureNames.Instance.GetTypeFromDefinition(_reader, handle, 0);

    private string Spell(string owner, StringHandle name, string type) => $"{type} {owner}::{_reader.GetString(name)}";

    private string Spell(string owner, StringHandle name, MethodSignature<string> signature)
    {
        string kind = signature.Header.IsInstance ? "instance" : "static";
        string parameters = string.Join(", ", signature.ParameterTypes);
        string generic = signature.GenericParameterCount == 0 ? "" : $"`{signature.GenericParameterCount}";
        return $"{kind} {signature.ReturnType} {owner}::{_reader.GetString(name)}{generic}({parameters})";
    }

    private string? Scope(TypeReferenceHandle handle)
    {
        EntityHandle scope = _reader.GetTypeReference(handle).ResolutionScope;
        return scope.Kind switch
        {
            HandleKind.TypeReference => Scope((TypeReferenceHandle)scope),
            HandleKind.AssemblyReference => _reader.GetString(_reader.GetAssemblyReference((AssemblyReferenceHandle)scope).Name),
            _ => null,
        };
    }
}
