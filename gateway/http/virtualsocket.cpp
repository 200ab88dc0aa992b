// SPDX-License-Identifier: MIT
#include "http/virtualsocket.h"

#include <QHostAddress>

#include <algorithm>
#include <array>
#include <cstring>
#include <string_view>
#include <utility>

namespace Tidegate {

namespace {

using namespace std::string_view_literals;

// Framing and connection headers describe the real connection, not this one; a second reading of them by another parser
// is how request smuggling starts.
constexpr std::array ConnectionHeaders = {
    "connection"sv, "content-length"sv,    "expect"sv,  "host"sv, "keep-alive"sv, "proxy-connection"sv, "te"sv,
    "trailer"sv,    "transfer-encoding"sv, "upgrade"sv,
};

constexpr std::array FrontDoorHeaders = {"connection"sv, "content-length"sv, "date"sv};

template <size_t N>
bool contains(const std::array<std::string_view, N> &names, QByteArrayView name)
{
    return std::any_of(names.begin(), names.end(), [name](std::string_view known) {
        return name.compare(QByteArrayView(known.data(), qsizetype(known.size())), Qt::CaseInsensitive) == 0;
    });
}

// The route patterns see the path exactly as it was sent: QUrl decodes once, so everything is encoded once more.
// Without this an encoded slash would move segment borders and "%61dmin" would be another spelling of a route.
QByteArray canonicalRequest(const HttpRequest &request)
{
    QByteArray out;
    out.reserve(512 + request.body.size());
    out += request.method + ' ' + request.path.toPercentEncoding("/");
    if (!request.query.isEmpty())
        out += '?' + request.query;
    out += " HTTP/1.1\r\nHost: gateway\r\n";
    for (const auto &[name, value] : request.headers) {
        if (!contains(ConnectionHeaders, name))
            out += name + ": " + value + "\r\n";
    }
    out += "Content-Length: " + QByteArray::number(request.body.size()) + "\r\n\r\n";
    out += request.body;
    return out;
}

} // namespace

VirtualSocket::VirtualSocket(const HttpRequest &request, QObject *parent)
    : QTcpSocket(parent)
    , m_input(canonicalRequest(request))
{
    setOpenMode(QIODevice::ReadWrite);
    setPeerAddress(QHostAddress(QString::fromLatin1(request.peer.address)));
    setPeerPort(request.peer.port);
    setSocketState(QAbstractSocket::ConnectedState);
}

std::optional<HttpResponse> VirtualSocket::takeResponse()
{
    const QByteArray output = std::exchange(m_output, {});
    const qsizetype headEnd = output.indexOf("\r\n\r\n");
    if (headEnd < 0)
        return std::nullopt;
    const QList<QByteArray> lines = output.left(headEnd).replace("\r\n", "\n").split('\n');
    HttpResponse response;
    response.status = lines.first().mid(int(sizeof("HTTP/1.1"))).left(3).toInt();
    response.body = output.mid(headEnd + 4);
    qsizetype announced = 0;
    for (const QByteArray &line : lines.sliced(1)) {
        const qsizetype colon = line.indexOf(':');
        if (colon <= 0)
            return std::nullopt;
        const QByteArray name = line.left(colon);
        const QByteArray value = line.mid(colon + 1).trimmed();
        if (name.compare("content-length", Qt::CaseInsensitive) == 0)
            announced = value.toLongLong();
        if (!contains(FrontDoorHeaders, name))
            response.headers.emplace_back(name, value);
    }
    if (response.status < 100 || announced != response.body.size())
        return std::nullopt;
    return response;
}

qint64 VirtualSocket::bytesAvailable() const
{
    return m_input.size() - m_consumed + QIODevice::bytesAvailable();
}

void VirtualSocket::close()
{
    disconnectFromHost();
    setOpenMode(QIODevice::NotOpen);
}

// No disconnected() here: on that signal QHttpServer would delete the socket, which belongs to its request.
void VirtualSocket::disconnectFromHost()
{
    setSocketState(QAbstractSocket::UnconnectedState);
}

qint64 VirtualSocket::readData(char *data, qint64 maxSize)
{
    const qsizetype count = std::min<qsizetype>(maxSize, m_input.size() - m_consumed);
    std::memcpy(data, m_input.constData() + m_consumed, size_t(count));
    m_consumed += count;
    return count;
}

qint64 VirtualSocket::skipData(qint64 maxSize)
{
    const qsizetype count = std::min<qsizetype>(maxSize, m_input.size() - m_consumed);
    m_consumed += count;
    return count;
}

qint64 VirtualSocket::writeData(const char *data, qint64 size)
{
    m_output.append(data, size);
    return size;
}

} // namespace Tidegate
