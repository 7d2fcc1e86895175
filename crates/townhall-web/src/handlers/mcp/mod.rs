//! `/mcp`: the portal for assistants (Model Context Protocol, streamable HTTP). They see what the public sees, and within the
//! same limits: each tool is a question that the API answers, too.
//!
//! No session is kept: every request stands for itself and is answered with JSON.

mod tools;

use std::borrow::Cow;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use axum::routing::any;
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ContentBlock, Implementation, ListToolsResult,
    PaginatedRequestParams, ServerCapabilities, ServerConfig, Tool, ToolAnnotations,
};
use rmcp::service::RequestContext;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::Value;

use super::Site;
use tools::TOOLS;

/// Bytes of a request.
const REQUEST_BYTES_MAX: usize = 256 * 1024;

/// The route.
pub fn routes() -> Router<Site> {
    Router::new().route("/mcp", any(answer))
}

async fn answer(site: Site, request: Request) -> Response {
    // Who may ask is decided by `Site`, for every door alike.
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(REQUEST_BYTES_MAX)
        .disable_allowed_hosts()
        .disable_allowed_origins();
    let assistant = Assistant { site };
    let service = StreamableHttpService::new(
        move || Ok(assistant.clone()),
        Arc::new(NeverSessionManager::default()),
        config,
    );
    service.handle(request).await.map(axum::body::Body::new)
}

/// The portal as an assistant asks it.
#[derive(Clone)]
struct Assistant {
    site: Site,
}

impl ServerHandler for Assistant {
    fn get_info(&self) -> ServerConfig {
        let name = self.site.name();
        ServerConfig::new(ServerCapabilities::builder().enable_tools().build())
            .with_server_info(
                Implementation::new("townhall", env!("CARGO_PKG_VERSION"))
                    .with_title(name)
                    .with_website_url(self.site.base_url()),
            )
            .with_instructions(format!(
                "{name} publishes open data. Find datasets with `search`, see a table's columns with `describe` before you ask \
                 about it, and get rows, counts and sums with `query` (one table) or `sql` (several). Numbers come from the \
                 tools, never from memory; name the dataset and its address when you use them."
            ))
    }

    async fn list_tools(
        &self,
        _page: Option<PaginatedRequestParams>,
        _context: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        let tools = TOOLS.iter().map(|tool| {
            let schema = match (tool.input)() {
                Value::Object(schema) => schema,
                _ => serde_json::Map::new(),
            };
            Tool::new(tool.name, tool.about, Arc::new(schema))
                .with_title(tool.title)
                .with_annotations(ToolAnnotations::new().read_only(true).idempotent(true).open_world(false))
        });
        Ok(ListToolsResult::with_all_items(tools.collect()))
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        _context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let tool = TOOLS.iter().find(|tool| tool.name == request.name).ok_or_else(|| {
            let names: Vec<_> = TOOLS.iter().map(|tool| tool.name).collect();
            let message = format!("there is no tool `{}`; the tools are {}", request.name, names.join(", "));
            ErrorData::invalid_params(Cow::Owned(message), None)
        })?;
        let arguments = Value::Object(request.arguments.unwrap_or_default());
        // What was wrong with a question is an answer that the assistant can learn from, not a fault of the protocol.
        Ok(match (tool.run)(&self.site, arguments).await {
            Ok(value) => {
                let mut result = CallToolResult::success(vec![ContentBlock::text(value.to_string())]);
                result.structured_content = Some(value);
                result
            }
            Err(problem) => {
                CallToolResult::error(vec![ContentBlock::text(super::dialects::message(&problem))])
            }
        }
        .into())
    }
}
