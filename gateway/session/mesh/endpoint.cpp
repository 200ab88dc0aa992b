// SPDX-License-Identifier: MIT
#include "session/mesh/endpoint.h"

#include "base/logging.h"
#include "session/mesh/rules.h"
#include "session/mesh/session.h"

namespace Tidegate::Mesh {

namespace {

//! Room for the largest payload with its subject, so that one over the limit is answered instead of cut off.
constexpr qsizetype MessageFactor = 4;
constexpr qsizetype MaxRecordedBytes = 256;

HttpHeaders crossOrigin()
{
    return {{"Access-Control-Allow-Origin", "*"}};
}

HttpResponse plainText(int status, const QByteArray &text)
{
    HttpHeaders headers = crossOrigin();
    headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
    return {status, headers, text};
}

} // namespace

std::variant<LinkAdmission, HttpResponse> WebSocketEndpoint::admit(const HttpRequest &request)
{
    const Profile &profile = m_context.profile();
    const QByteArray origin = headerValue(request.headers, "Origin");
    if (!profile.origins.isAllowed(origin, headerValue(request.headers, "Host"), request.peer.isTls)) {
        qCInfo(lcMesh, "origin refused: %s is not in mesh.allowed_origins", origin.constData());
        m_context.services().shard.decide(Rules::Origin, {}, WebSocketPath, origin.left(MaxRecordedBytes),
                                          "Origin not allowed");
        return plainText(403, "Origin not allowed");
    }
    LinkAdmission admission;
    admission.extraHeaders = crossOrigin();
    admission.messages = LinkAdmission::Messages::Binary;
    admission.maxMessageBytes = profile.maxPayloadBytes * MessageFactor;
    admission.slowCode = 1013;
    admission.slowText = "Slow consumer";
    admission.budgetBytes = profile.linkBudgetBytes;
    admission.site = "mesh";
    admission.linkClass = LinkClass::User;
    admission.handler =
        std::make_unique<Session>(m_context, request.peer.address, headerValue(request.headers, "User-Agent"));
    return admission;
}

void SideDoor::handle(HttpRequest request, Responder respond)
{
    if (request.method == "OPTIONS") {
        HttpResponse preflight{204, crossOrigin(), {}};
        preflight.headers.emplace_back("Access-Control-Allow-Methods", "*");
        preflight.headers.emplace_back("Access-Control-Allow-Headers", "*");
        respond(std::move(preflight));
    } else if (request.path == "/health") {
        HttpResponse health = plainText(200, "OK");
        health.headers.emplace_back("X-Broker", m_brokerState());
        respond(std::move(health));
    } else if (request.path == WebSocketPath) {
        respond(request.method == "GET" ? plainText(400, "Connection header did not include 'upgrade'")
                                        : plainText(405, "Request method must be GET"));
    } else {
        respond(plainText(404, "Not Found"));
    }
}

} // namespace Tidegate::Mesh
