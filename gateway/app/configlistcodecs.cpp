// SPDX-License-Identifier: MIT
#include "app/configvalue.h"

// Codecs of the settings that are lists or tables.

namespace Tidegate {

namespace {

std::optional<ChannelFilter> channelFilterFromName(const QString &name)
{
    if (name.isEmpty() || name == QLatin1StringView("none"))
        return ChannelFilter::None;
    if (name == QLatin1StringView("payload"))
        return ChannelFilter::Payload;
    return std::nullopt;
}

constexpr NamedChoice<SnapshotSharing> SharingNames[] = {
    {"subject", SnapshotSharing::Subject}, {"role", SnapshotSharing::Role}, {"site", SnapshotSharing::Site}};

bool readSharing(const QString &name, std::optional<SnapshotSharing> &sharing)
{
    for (const auto &each : SharingNames) {
        if (name == QLatin1StringView(each.name))
            sharing = each.value;
    }
    return name.isEmpty() || sharing;
}

//! Accepts "staff", "staff:payload", "staff:payload:role", "staff::role" and
//! { access = "staff", filter = "payload", snapshots = "role" }.
std::optional<ChannelRule> channelRuleFromValue(const QVariant &value)
{
    QString access = value.toString();
    QString filter;
    QString snapshots;
    if (value.typeId() == QMetaType::QVariantMap) {
        QVariantMap fields = value.toMap();
        access = fields.take(QStringLiteral("access")).toString();
        filter = fields.take(QStringLiteral("filter")).toString();
        snapshots = fields.take(QStringLiteral("snapshots")).toString();
        if (!fields.isEmpty())
            return std::nullopt;
    } else if (const QStringList parts = access.split(u':'); parts.size() <= 3) {
        access = parts.value(0);
        filter = parts.value(1);
        snapshots = parts.value(2);
    }
    const auto role = roleFromName(access.toUtf8());
    const auto kind = channelFilterFromName(filter);
    ChannelRule rule;
    if (!role || !kind || !readSharing(snapshots, rule.snapshots))
        return std::nullopt;
    rule.access = *role;
    rule.filter = *kind;
    return rule;
}

QString channelRuleText(const ChannelRule &rule)
{
    QString text = QString::fromUtf8(roleName(rule.access));
    if (rule.filter == ChannelFilter::Payload || rule.snapshots)
        text += u':';
    if (rule.filter == ChannelFilter::Payload)
        text += QStringLiteral("payload");
    for (const auto &each : SharingNames) {
        if (rule.snapshots == each.value)
            text += u':' + QLatin1StringView(each.name);
    }
    return text;
}

std::optional<QHostAddress> hostFromText(const QString &text)
{
    if (text == QLatin1StringView("*"))
        return QHostAddress(QHostAddress::Any);
    if (text == QLatin1StringView("localhost"))
        return QHostAddress(QHostAddress::LocalHost);
    QHostAddress address;
    if (!address.setAddress(text))
        return std::nullopt;
    return address;
}

//! The longest channel name the dialect can carry (SSMA 6.1).
constexpr qsizetype MaxNameBytes = 96;

bool isUsableName(const QByteArray &name)
{
    return !name.isEmpty() && name.size() <= MaxNameBytes;
}

} // namespace

std::optional<ListenAddress> listenAddressFromText(const QString &text)
{
    const auto colon = text.lastIndexOf(u':');
    if (colon < 1)
        return std::nullopt;
    QString host = text.left(colon).trimmed();
    if (host.startsWith(u'[') && host.endsWith(u']'))
        host = host.mid(1, host.size() - 2);
    else if (host.contains(u':'))
        return std::nullopt;
    bool isNumber = false;
    const quint16 port = text.mid(colon + 1).trimmed().toUShort(&isNumber);
    const auto address = hostFromText(host);
    if (!isNumber || !address)
        return std::nullopt;
    return ListenAddress{*address, port};
}

QString listenAddressText(const ListenAddress &address)
{
    QString host = address.host.toString();
    if (address.host == QHostAddress(QHostAddress::Any))
        host = QStringLiteral("*");
    else if (address.host.protocol() == QAbstractSocket::IPv6Protocol)
        host = u'[' + host + u']';
    return host + u':' + QString::number(address.port);
}

ConfigCodec<std::vector<ListenAddress>> listenCodec()
{
    const auto read = [](std::vector<ListenAddress> &target, const QVariant &value) {
        std::vector<ListenAddress> addresses;
        for (const QString &text : value.toStringList()) {
            const auto address = listenAddressFromText(text);
            if (!address)
                return false;
            addresses.push_back(*address);
        }
        if (addresses.empty())
            return false;
        target = std::move(addresses);
        return true;
    };
    const auto write = [](const std::vector<ListenAddress> &source) {
        QStringList texts;
        for (const ListenAddress &address : source)
            texts.append(listenAddressText(address));
        return QVariant(texts);
    };
    return {ValueShape::List,
            QStringLiteral("host:port pairs such as \"127.0.0.1:5050\", \"[::1]:5050\" or \"*:5050\" (all interfaces)"),
            read, write};
}

ConfigCodec<QByteArrayList> nameListCodec(const QString &expected, std::function<bool(const QByteArray &)> accepts)
{
    const auto read = [accepts](QByteArrayList &target, const QVariant &value) {
        QByteArrayList names;
        for (const QString &text : value.toStringList()) {
            names.append(text.trimmed().toUtf8());
            if (accepts && !accepts(names.constLast()))
                return false;
        }
        target = names;
        return true;
    };
    const auto write = [](const QByteArrayList &source) {
        QStringList texts;
        for (const QByteArray &name : source)
            texts.append(QString::fromUtf8(name));
        return QVariant(texts);
    };
    return {ValueShape::List, expected, read, write};
}

ConfigCodec<ChannelTable> channelTableCodec()
{
    const auto read = [](ChannelTable &target, const QVariant &value) {
        ChannelTable table = target;
        const QVariantMap entries = value.toMap();
        for (auto entry = entries.cbegin(); entry != entries.cend(); ++entry) {
            const QByteArray name = entry.key().toUtf8();
            const auto rule = channelRuleFromValue(entry.value());
            if (!isUsableName(name) || !rule)
                return false;
            table.insert_or_assign(name, *rule);
        }
        target = std::move(table);
        return true;
    };
    const auto write = [](const ChannelTable &source) {
        QVariantMap entries;
        for (const auto &[name, rule] : source) {
            entries.insert(QString::fromUtf8(name), channelRuleText(rule));
        }
        return QVariant(entries);
    };
    return {ValueShape::Table,
            QStringLiteral("channel names with a role (guest, user, staff, admin, system), optionally with the filter "
                           "\"payload\" and who shares snapshots (subject, role, site): todos = \"user\", todos = "
                           "\"user:payload:role\" or todos = { access = \"user\", filter = \"payload\", snapshots = "
                           "\"role\" }"),
            read, write};
}

ConfigCodec<IslandTable> islandTableCodec()
{
    const auto read = [](IslandTable &target, const QVariant &value) {
        IslandTable table = target;
        const QVariantMap entries = value.toMap();
        for (auto entry = entries.cbegin(); entry != entries.cend(); ++entry) {
            const QByteArray name = entry.key().toUtf8();
            const auto role = roleFromName(entry.value().toString().toUtf8());
            if (!isUsableName(name) || !role)
                return false;
            table.insert(name, *role);
        }
        target = std::move(table);
        return true;
    };
    const auto write = [](const IslandTable &source) {
        QVariantMap entries;
        for (auto island = source.cbegin(); island != source.cend(); ++island)
            entries.insert(QString::fromUtf8(island.key()), QString::fromUtf8(roleName(island.value())));
        return QVariant(entries);
    };
    return {ValueShape::Table, QStringLiteral("island names with a role: guest, user, staff, admin or system"), read,
            write};
}

} // namespace Tidegate
