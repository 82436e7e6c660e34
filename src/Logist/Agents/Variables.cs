namespace Logist.Agents;

/// <summary>Variables that programs of agents take their login, endpoint and proxy from. Each gets its own vendor's only.</summary>
internal static class Variables
{
    public static readonly IReadOnlyList<string> Proxies =
    [
        "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS",
    ];

    /// <param name="program">The name of a program that speaks the Agent Client Protocol.</param>
    public static IReadOnlyList<string> Of(string program) => program switch
    {
        "gemini" => [.. Proxies, "GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GEMINI_BASE_URL", "GOOGLE_GENAI_USE_VERTEXAI",
            "GOOGLE_CLOUD_PROJECT", "GOOGLE_CLOUD_LOCATION", "GOOGLE_APPLICATION_CREDENTIALS", "GEMINI_CLI_HOME"],
        "claude-agent-acp" or "claude-code-acp" => [.. Proxies, "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL",
            "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CONFIG_DIR"],
        "codex-acp" => [.. Proxies, "OPENAI_API_KEY", "CODEX_API_KEY", "OPENAI_BASE_URL", "CODEX_HOME"],
        "qwen" => [.. Proxies, "OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "DASHSCOPE_API_KEY"],
        "opencode" => [.. Proxies, "OPENCODE_CONFIG", "OPENCODE_CONFIG_CONTENT", "OPENCODE_API_KEY", "ANTHROPIC_API_KEY", "OPENAI_API_KEY"],
        "cline" => [.. Proxies, "CLINE_API_KEY", "CLINE_PROVIDER", "CLINE_MODEL"],
        _ => Proxies,
    };
}
