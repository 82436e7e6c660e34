using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc.Infrastructure;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Logist.Server.Api;

/// <summary>In the description, what is <see cref="OneOfAttribute"/> refers to an enumeration of the set's name.</summary>
internal static class WordSchemas
{
    private const string Mark = "logist-words";

    /// <summary>Parts are seen one by one, before anything can refer to anything: what is one of a set is only marked.</summary>
    public static Task MarkAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        ICustomAttributeProvider? source = context.JsonPropertyInfo is { } member ? member.AssociatedParameter?.AttributeProvider
            : (context.ParameterDescription?.ParameterDescriptor as IParameterInfoParameterDescriptor)?.ParameterInfo;
        if (source?.GetCustomAttributes(typeof(OneOfAttribute), inherit: false) is [OneOfAttribute words])
        {
            (schema.Metadata ??= new Dictionary<string, object>(StringComparer.Ordinal))[Mark] = words.Set;
        }
        else if (context.JsonTypeInfo.Type == typeof(JsonElement) || context.JsonTypeInfo.Type == typeof(JsonElement?))
        {
            // Whatever it has inside, an object it is, wherever we take or give one.
            (schema.Type, schema.AdditionalProperties) = (JsonSchemaType.Object, new OpenApiSchema());
        }

        return Task.CompletedTask;
    }

    public static Task NameAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        foreach (var schema in document.Components!.Schemas!.Values.OfType<OpenApiSchema>().Where(schema => schema.Properties is not null))
        {
            foreach (var (name, member) in schema.Properties!.ToList())
            {
                schema.Properties![name] = Named(member, document);
            }
        }

        foreach (var parameter in document.Paths.Values.SelectMany(path => path.Operations!.Values)
            .SelectMany(operation => operation.Parameters ?? []).OfType<OpenApiParameter>())
        {
            parameter.Schema = Named(parameter.Schema!, document);
        }

        foreach (var (set, words) in Words.All)
        {
            _ = document.AddComponent(set, new OpenApiSchema
            {
                Type = JsonSchemaType.String, Enum = [.. words.Select(word => (JsonNode)JsonValue.Create(word))],
            });
        }

        return Task.CompletedTask;
    }

    private static IOpenApiSchema Named(IOpenApiSchema schema, OpenApiDocument document)
    {
        if (schema is not OpenApiSchema { Metadata: { } marks } marked || !marks.TryGetValue(Mark, out var set))
        {
            return schema;
        }

        var word = new OpenApiSchemaReference((string)set, document);
        var type = marked.Type!.Value;
        if (type.HasFlag(JsonSchemaType.Array))
        {
            marked.Items = word;
        }
        else if (type.HasFlag(JsonSchemaType.Object))
        {
            // Any of them may be missing.
            marked.Properties = Words.All[(string)set].ToDictionary(key => key, _ => marked.AdditionalProperties!, StringComparer.Ordinal);
            marked.AdditionalProperties = null;
        }
        else if (type.HasFlag(JsonSchemaType.Null))
        {
            return new OpenApiSchema { OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, word], Description = marked.Description };
        }
        else
        {
            word.Description = marked.Description;
            return word;
        }

        return marked;
    }
}
