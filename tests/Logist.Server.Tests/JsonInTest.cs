using System.Text.Json;

namespace Logist.Server.Tests;

internal static class JsonInTest
{
    /// <summary>A member that is a text; of null the empty one.</summary>
    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";

    /// <summary>A member that is a list of texts.</summary>
    public static IEnumerable<string> Texts(this JsonElement json, string name) =>
        json.GetProperty(name).EnumerateArray().Select(item => item.GetString()!);

    public static int Number(this JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
