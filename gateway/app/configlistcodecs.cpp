// SPDX-License-Identifier: MIT
#include "app/configvalue.h"

// Codecs of the settings that are lists or tables.

namespace Tidegate {

namespace {

constexpr QLatin1StringView PayloadFilter("payload");
constexpr QLatin1StringView DropOldest("drop-oldest");
constexpr QLatin1StringView Conflate("conflate");
constexpr QLatin1StringView Snapshots("snapshots");

constexpr NamedChoice<SnapshotSharing> SharingNames[] = {
    {"subject", SnapshotSharing::Subject}, {"role", SnapshotSharing::Role}, {"site", SnapshotSharing::Site}};

std::optional<SnapshotSharing> sharingFromName(const QString &name)
{
    for (const auto &each : SharingNames) {
        if (name == QLatin1StringView(each.name))
            return each.value;
    }
    return std::nullopt;
}

//! One word of a rule: "payload", "drop-oldest", "conflate", "conflate=field" or "snapshots=role".
bool applyChannelOption(ChannelRule &rule, const QString &word)
{
    if (word == PayloadFilter) {
        rule.filter = ChannelFilter::Payload;
        return true;
    }
    if (word == DropOldest) {
        rule.overflow = LagPolicy::DropOldest;
        return true;
    }
    const QString name = word.section(u'=', 0, 0);
    if (name == Snapshots) {
        rule.snapshots = sharingFromName(word.section(u'=', 1));
        return rule.snapshots.has_value();
    }
    if (name != Conflate)
        return false;
    rule.overflow = LagPolicy::Conflate;
    if (word != name)
        rule.conflateBy = word.section(u'=', 1).toUtf8();
    return !rule.conflateBy.isEmpty();
}

//! "staff", "staff:payload:conflate=docId:snapshots=role" or the same as a table with the keys access, filter, overflow
//! and snapshots.
std::optional<ChannelRule> channelRuleFromValue(const QVariant &value)
{
    QStringList words = value.toString().split(u':');
    if (value.typeId() == QMetaType::QVariantMap) {
        QVariantMap fields = value.toMap();
        words = {fields.take(QStringLiteral("access")).toString()};
        if (const QString filter = fields.take(QStringLiteral("filter")).toString(); filter != u"none")
            words.append(filter);
        if (const QString overflow = fields.take(QStringLiteral("overflow")).toString(); overflow != u"close")
            words.append(overflow);
        if (const QString sharing = fields.take(Snapshots).toString(); !sharing.isEmpty())
            words.append(Snapshots + u'=' + sharing);
        words.removeAll(QString());
        if (!fields.isEmpty() || words.isEmpty())
            return std::nullopt;
    }
    const auto role = roleFromName(words.takeFirst().toUtf8());
    if (!role)
        return std::nullopt;
    ChannelRule rule;
    rule.access = *role;
    for (const QString &word : words) {
        if (!applyChannelOption(rule, word))
            return std::nullopt;
    }
    return rule;
}

QString channelRuleText(const ChannelRule &rule)
{
    QStringList words{QString::fromUtf8(roleName(rule.access))};
    if (rule.filter == ChannelFilter::Payload)
        words.append(PayloadFilter);
    if (rule.overflow == LagPolicy::DropOldest)
        words.append(DropOldest);
    else if (rule.overflow == LagPolicy::Conflate)
        words.append(Conflate + u'=' + QString::fromUtf8(rule.conflateBy));
    for (const auto &each : SharingNames) {
        if (rule.snapshots == each.value)
            words.append(Snapshots + u'=' + QLatin1StringView(each.name));
    }
    return words.join(u':');
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
        for (const auto &[name, rule] : source)
            entries.insert(QString::fromUtf8(name), channelRuleText(rule));
        return QVariant(entries);
    };
    return {ValueShape::Table,
            QStringLiteral("channel names with a role (guest, user, staff, admin, system), optionally the filter "
                           "\"payload\", what slow readers get (\"drop-oldest\" or \"conflate=<payload field>\"; "
                           "otherwise they are closed) and who shares snapshots (\"snapshots=subject\", role, site): "
                           "todos = \"user\", prices = \"guest:conflate=symbol:snapshots=site\" or prices = { access = "
                           "\"guest\", filter = \"payload\", overflow = \"conflate=symbol\", snapshots = \"site\" }"),
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
