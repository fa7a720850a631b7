using System.Reflection;
using System.Runtime.CompilerServices;

namespace ForkTrace.Cli.Tests.Packages;

/// <summary>The public API of an assembly as sorted lines, one per type and member, so that a change is visible as a
/// difference.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> s_keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(char)] = "char",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
    };

    public static IEnumerable<string> Of(Assembly assembly) =>
        assembly.GetExportedTypes().SelectMany(Lines).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Lines(Type type)
    {
        string name = $"{type.Namespace}.{Name(type)}";
        return Members(type).Select(member => $"{name}.{member}").Prepend($"{name}: {Kind(type)}{Bases(type)}");
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), null)}");
        IEnumerable<string> constructors = type.GetConstructors(Declared).Where(IsVisible).Select(made => $"new({Parameters(made)})");
        IEnumerable<string> methods = type.GetMethods(Declared).Where(IsVisible).Where(IsWritten).Select(Method);
        IEnumerable<string> properties = type.GetProperties(Declared).Where(property => Accessors(property).Any()).Select(Property);
        IEnumerable<string> fields = type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly)
            .Select(field => $"{field.Name}: {FieldKind(field)}{Name(field.FieldType)}{Mark(field)}{Constant(field)}");
        return constructors.Concat(methods).Concat(properties).Concat(fields);
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly struct" : "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        _ => type.IsSealed ? "sealed class" : "class",
    };

    private static string Bases(Type type)
    {
        IEnumerable<Type> bases = type.GetInterfaces().Where(face => face.IsPublic).Except(type.BaseType?.GetInterfaces() ?? []);
        if (type.IsEnum)
            bases = [Enum.GetUnderlyingType(type)];
        else if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType))
            bases = bases.Prepend(parent);
        string[] names = [.. bases.Select(Name).Order(StringComparer.Ordinal)];
        return names.Length == 0 ? "" : $" ({string.Join(", ", names)})";
    }

    private static string Method(MethodInfo method)
    {
        string returned = $"{Modifiers(method)}{Name(method.ReturnType)}{Mark(method.ReturnParameter)}";
        return $"{method.Name}{Generics(method.GetGenericArguments())}({Parameters(method)}): {returned}";
    }

    private static string Property(PropertyInfo property)
    {
        string index = property.GetIndexParameters() is { Length: > 0 } indices ? $"[{string.Join(", ", indices.Select(Parameter))}]" : "";
        IEnumerable<string> accessors = Accessors(property).Select(way => way == property.GetMethod ? " get;" : Setter(way));
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        string type = $"{Modifiers(Accessors(property).First())}{Name(property.PropertyType)}{Mark(property)}";
        return $"{property.Name}{index}: {required}{type} {{{string.Concat(accessors)} }}";
    }

    private static IEnumerable<MethodInfo> Accessors(PropertyInfo property) => property.GetAccessors(nonPublic: true).Where(IsVisible);

    private static string Setter(MethodInfo setter) =>
        setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;";

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    // Excludes members that the compiler generates for records, and accessors.
    private static bool IsWritten(MethodInfo method) =>
        !method.IsDefined(typeof(CompilerGeneratedAttribute))
        && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal));

    private static string Modifiers(MethodInfo method)
    {
        string scope = method.IsStatic ? "static " : "";
        string family = method.IsPublic ? "" : "protected ";
        if (method.IsAbstract)
            return $"{family}{scope}abstract ";
        return method.IsVirtual && !method.IsFinal ? $"{family}{scope}virtual " : $"{family}{scope}";
    }

    private static string FieldKind(FieldInfo field) =>
        field.IsLiteral ? "const " : $"{(field.IsStatic ? "static " : "")}{(field.IsInitOnly ? "readonly " : "")}";

    private static string Constant(FieldInfo field) =>
        field.IsLiteral ? string.Create(null, $" = {field.GetRawConstantValue()}") : "";

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string way = parameter switch
        {
            { IsOut: true } => "out ",
            { IsIn: true, ParameterType.IsByRef: true } => "in ",
            { ParameterType.IsByRef: true } => "ref ",
            _ => "",
        };
        return $"{way}{Name(parameter.ParameterType)}{Mark(parameter)} {parameter.Name}{(parameter.HasDefaultValue ? " = default" : "")}";
    }

    private static string Generics(Type[] arguments) => arguments.Length == 0 ? "" : $"<{string.Join(", ", arguments.Select(Name))}>";

    private static string Name(Type type)
    {
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[]";
        if (type.IsPointer)
            return $"{Name(type.GetElementType()!)}*";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return $"{Name(underlying)}?";
        if (s_keywords.TryGetValue(type, out string? keyword))
            return keyword;
        string outer = type is { IsNested: true, IsGenericParameter: false } ? $"{Name(type.DeclaringType!)}." : "";
        return $"{outer}{type.Name.Split('`')[0]}{Generics(type.GetGenericArguments())}";
    }

    private static string Mark(ParameterInfo parameter) => Mark(parameter.ParameterType, context => context.Create(parameter));

    private static string Mark(PropertyInfo property) => Mark(property.PropertyType, context => context.Create(property));

    private static string Mark(FieldInfo field) => Mark(field.FieldType, context => context.Create(field));

    private static string Mark(Type type, Func<NullabilityInfoContext, NullabilityInfo> ask)
    {
        bool isReference = !type.IsValueType && !type.IsByRef;
        return isReference && ask(new NullabilityInfoContext()).ReadState == NullabilityState.Nullable ? "?" : "";
    }
}
