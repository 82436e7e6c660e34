using System.Collections;
using System.Globalization;
using Logist.Core.Workflows;

namespace Logist.Tests.Stores;

/// <summary>Values as text, member by member, whatever kind of list holds them: to compare what records compare by reference.</summary>
internal static class Described
{
    public static string Describe(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        DateTimeOffset time => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture),
        WorkflowDefinition workflow => $"workflow {workflow.Name}",
        IFormattable or bool => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        IEnumerable many => $"[{string.Join(",\n", many.Cast<object>().Select(Describe))}]",
        _ => $"{value.GetType().Name}{{{string.Join(", ", value.GetType().GetProperties().Where(p => p.Name != "EqualityContract")
            .OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => $"{p.Name}={Describe(p.GetValue(value))}"))}}}",
    };
}
