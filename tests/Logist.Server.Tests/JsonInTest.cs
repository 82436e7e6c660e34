using System.Text.Json;

namespace Logist.Server.Tests;

internal static class JsonInTest
{
    /// <summary>A member that is a text; of null the empty one.</summary>
    public static string Text(this JsonElement json, string name) => json.GetProperty(name).GetString() ?? "";
}
