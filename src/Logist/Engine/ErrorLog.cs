namespace Logist.Engine;

/// <summary>Details of unexpected errors: a file, never the terminal.</summary>
public static class ErrorLog
{
    /// <returns>The file's path; null when it could not be written either.</returns>
    public static string? Write(string directory, TimeProvider time, Exception error)
    {
        try
        {
            _ = Directory.CreateDirectory(directory);
            var path = Path.Combine(directory, $"error-{time.GetUtcNow():yyyyMMdd-HHmmss}-{Environment.ProcessId}.log");
            File.AppendAllText(path, $"{time.GetUtcNow():O}{Environment.NewLine}{error}{Environment.NewLine}");
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
