using System.Collections;

namespace Logist.Tests.Workflows;

/// <summary>Equal property by property, whatever kinds of lists and maps hold them: a member that is never stored is noticed.</summary>
internal static class Same
{
    internal static void Check(object? actual, object? expected, string path)
    {
        if (actual is null || expected is null || actual is string || actual.GetType().IsValueType)
        {
            actual.ShouldBe(expected, path);
        }
        else if (actual is IDictionary map && expected is IDictionary other)
        {
            map.Keys.Cast<string>().Order().ShouldBe(other.Keys.Cast<string>().Order(), path);
            foreach (var key in map.Keys)
            {
                Check(map[key], other[key], $"{path}.{key}");
            }
        }
        else if (actual is IEnumerable items && expected is IEnumerable others)
        {
            var (a, b) = (items.Cast<object>().ToList(), others.Cast<object>().ToList());
            a.Count.ShouldBe(b.Count, path);
            for (var i = 0; i < a.Count; i++)
            {
                Check(a[i], b[i], $"{path}[{i}]");
            }
        }
        else
        {
            foreach (var property in actual.GetType().GetProperties())
            {
                if (property.Name is not ("Graph" or "EqualityContract"))
                {
                    Check(property.GetValue(actual), property.GetValue(expected), $"{path}.{property.Name}");
                }
            }
        }
    }
}
