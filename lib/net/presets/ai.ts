import type { Preset } from "./preset.ts";

/** Services of language models. */
export const ai: Preset = {
  meaning: "services of language models",
  rules: [
    ...["*.anthropic.com", "claude.ai", "*.claude.ai", "*.claude.com"],
    ...["*.openai.com", "chatgpt.com", "*.chatgpt.com", "openai.azure.com", "*.openai.azure.com"],
    ...["generativelanguage.googleapis.com", "aiplatform.googleapis.com", "oauth2.googleapis.com"],
    ...["cloudcode-pa.googleapis.com", "gemini.google.com"],
    ...["bedrock.amazonaws.com", "*.bedrock.amazonaws.com", "bedrock-runtime.amazonaws.com"],
    ...["codewhisperer.amazonaws.com", "*.githubcopilot.com"],
    ...["openrouter.ai", "*.mistral.ai", "*.groq.com", "*.deepseek.com", "*.cohere.com"],
    ...["huggingface.co", "*.huggingface.co", "*.together.xyz", "*.perplexity.ai", "*.replicate.com"],
  ],
};
