namespace Logist.Testing;

public static class Repository
{
    /// <summary>The source tree this test was built from.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var at = AppContext.BaseDirectory; at is not null; at = Path.GetDirectoryName(at))
        {
            if (File.Exists(Path.Combine(at, "Logist.slnx")))
            {
                return at;
            }
        }

        throw new InvalidOperationException("Logist.slnx is in no directory above the test");
    }
}
