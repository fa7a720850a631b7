using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace ForkTrace.BindingsGenerator;

/// <summary>
/// Spells the types of a metadata signature as C# source. Types of any namespace keep it, nested types are joined by a dot, and what C#
/// cannot say (modifiers, calling conventions other than cdecl) is kept in brackets, so that two spellings are equal only when the
/// signatures are.
/// </summary>
public sealed class SignatureNames : ISignatureTypeProvider<string, object?>
{
    /// <summary>The one instance: it holds no state.</summary>
    public static SignatureNames Instance { get; } = new();

    /// <summary>The full name of a referenced type.</summary>
    public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        TypeReference type = reader.GetTypeReference(handle);
        string name = reader.GetString(type.Name);
        if (type.ResolutionScope.Kind == HandleKind.TypeReference)
            return GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, rawTypeKind) + "." + name;
        return Kind(rawTypeKind) + Qualified(reader.GetString(type.Namespace), name);
    }

    /// <summary>The full name of a type that the read assembly defines.</summary>
    public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        TypeDefinition type = reader.GetTypeDefinition(handle);
        string name = reader.GetString(type.Name);
        TypeDefinitionHandle outer = type.GetDeclaringType();
        if (!outer.IsNil)
            return GetTypeFromDefinition(reader, outer, rawTypeKind) + "." + name;
        return Kind(rawTypeKind) + Qualified(reader.GetString(type.Namespace), name);
    }

    /// <summary>A type that only its signature describes, such as an instantiated generic.</summary>
    public string GetTypeFromSpecification(MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    /// <summary>The C# keyword of a primitive type.</summary>
    public string GetPrimitiveType(PrimitiveTypeCode typeCode) => typeCode switch
    {
        PrimitiveTypeCode.Void => "void",
        PrimitiveTypeCode.Boolean => "bool",
        PrimitiveTypeCode.Char => "char",
        PrimitiveTypeCode.SByte => "sbyte",
        PrimitiveTypeCode.Byte => "byte",
        PrimitiveTypeCode.Int16 => "short",
        PrimitiveTypeCode.UInt16 => "ushort",
        PrimitiveTypeCode.Int32 => "int",
        PrimitiveTypeCode.UInt32 => "uint",
        PrimitiveTypeCode.Int64 => "long",
        PrimitiveTypeCode.UInt64 => "ulong",
        PrimitiveTypeCode.Single => "float",
        PrimitiveTypeCode.Double => "double",
        PrimitiveTypeCode.IntPtr => "nint",
        PrimitiveTypeCode.UIntPtr => "nuint",
        PrimitiveTypeCode.String => "string",
        PrimitiveTypeCode.Object => "object",
        _ => $"[{typeCode}]",
    };

    /// <summary>A function pointer; cdecl is the only convention with a spelling of its own.</summary>
    public string GetFunctionPointerType(MethodSignature<string> signature)
    {
        string convention = signature.Header.CallingConvention == SignatureCallingConvention.CDecl
            ? "unmanaged[Cdecl]"
            : $"[{signature.Header.CallingConvention}]";
        return $"delegate* {convention}<{string.Join(", ", signature.ParameterTypes.Add(signature.ReturnType))}>";
    }

    public string GetArrayType(string elementType, ArrayShape shape) => $"{elementType}[{new string(',', shape.Rank - 1)}]";

    public string GetByReferenceType(string elementType) => "ref " + elementType;

    public string GetPointerType(string elementType) => elementType + "*";

    public string GetSZArrayType(string elementType) => elementType + "[]";

    public string GetPinnedType(string elementType) => "[pinned] " + elementType;

    public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) =>
        $"[{(isRequired ? "modreq" : "modopt")} {modifier}] {unmodifiedType}";

    public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
        $"{genericType}<{string.Join(", ", typeArguments)}>";

    public string GetGenericMethodParameter(object? genericContext, int index) => $"[method {index}]";

    public string GetGenericTypeParameter(object? genericContext, int index) => $"[type {index}]";

    private static string Qualified(string space, string name) => space.Length == 0 ? name : $"{space}.{name}";

    // A signature says of each type whether it is a value or a class; a disagreement is a different method to the runtime.
    private static string Kind(byte rawTypeKind) => rawTypeKind == (byte)SignatureTypeKind.ValueType ? "[value] " : "";
}
