// SPDX-License-Identifier: MIT
#include "admin/resourcetable.h"
#include "admin/tablewords.h"

namespace Tidegate::Admin {

using namespace Qt::StringLiterals;
using namespace TableWords;
using enum ColumnType;

namespace {

Resource config()
{
    Resource r;
    r.name = u"config"_s;
    r.title = u"Settings"_s;
    r.doc = u"Every setting with the value in effect and what set it. Secrets are never shown."_s;
    r.keyField = u"key"_s;
    r.columns = {
        column(u"key"_s, u"Setting"_s, Text, Both, u"Section and name, as in the file."_s),
        column(u"value"_s, u"Value"_s, Text, Filters, u"As the file would say it; \"***\" for a secret that is set."_s),
        column(u"default"_s, u"Default"_s, Text, Filters, u"What it would be."_s),
        column(u"origin"_s, u"Set by"_s, Text, Both, u"File with line, variable or flag; \"default\" otherwise."_s),
        column(u"isDefault"_s, u"Default?"_s, Bool, Both, u"Nothing set it."_s),
        column(u"isReloadable"_s, u"Reloads"_s, Bool, Both, u"A reload takes it over; else it needs a restart."_s),
        column(u"isSecret"_s, u"Secret"_s, Bool, Both, u"Never printed."_s),
        column(u"doc"_s, u"Meaning"_s, Text, Plain, u"What it does."_s),
    };
    r.defaultSort = u"key"_s;
    return r;
}

Resource users()
{
    Resource r;
    r.name = u"users"_s;
    r.title = u"Users"_s;
    r.doc = u"Accounts that may log in."_s;
    r.keyField = u"id"_s;
    r.columns = {
        column(u"id"_s, u"Id"_s, Text, Both, u"As in links and intents."_s),
        column(u"email"_s, u"Mail"_s, Text, Both, u"What it logs in with."_s),
        column(u"name"_s, u"Name"_s, Text, Both, u"As given."_s),
        column(u"role"_s, u"Role"_s, Enum, Both, u"What it may do."_s, roleNames()),
        column(u"status"_s, u"Status"_s, Enum, Both, u"A disabled account cannot log in."_s,
               {u"active"_s, u"disabled"_s}),
        column(u"site"_s, u"Site"_s, Text, Both, u"Tenant its tokens are bound to; empty = any."_s),
        column(u"createdAt"_s, u"Created"_s, TimeMs, Both, u"When."_s),
        column(u"updatedAt"_s, u"Changed"_s, TimeMs, Both, u"When."_s),
        column(u"lastLoginAt"_s, u"Last login"_s, TimeMs, Both, u"Unknown = never."_s),
    };
    r.commands = {
        {u"set-role"_s,
         u"Set role"_s,
         u"Changes what the account may do; ends its sessions."_s,
         OperatorRole::Admin,
         true,
         Command::Targets::Many,
         {{u"role"_s, u"Role"_s, Enum, {u"user"_s, u"staff"_s, u"admin"_s}, u"The new one."_s, true, {}}}},
        {u"set-site"_s,
         u"Bind to site"_s,
         u"Binds the account's tokens to one tenant; ends its sessions."_s,
         OperatorRole::Admin,
         true,
         Command::Targets::Many,
         {{u"site"_s, u"Site"_s, Text, {}, u"Empty = any."_s, false, QString()}}},
        {u"disable"_s,
         u"Disable"_s,
         u"Nobody can log in with it until it is enabled; ends its sessions."_s,
         OperatorRole::Admin,
         true,
         Command::Targets::Many,
         {}},
        {u"enable"_s, u"Enable"_s, u"It can log in again."_s, OperatorRole::Admin, false, Command::Targets::Many, {}},
        {u"issue-key"_s,
         u"New API key"_s,
         u"Makes a key a program can log in with; it is shown this once."_s,
         OperatorRole::Admin,
         false,
         Command::Targets::One,
         {}},
    };
    r.defaultSort = u"email"_s;
    return r;
}

Resource keys()
{
    Resource r;
    r.name = u"keys"_s;
    r.title = u"API keys"_s;
    r.doc = u"Long-lived keys of programs; only their hashes are stored."_s;
    r.keyField = u"id"_s;
    r.columns = {
        column(u"id"_s, u"Id"_s, Text, Both, u"Not the key."_s),
        column(u"hint"_s, u"Begins"_s, Text, Both, u"First characters of the key."_s),
        column(u"user"_s, u"User"_s, Text, Both, u"Id of the account it logs in."_s),
        column(u"email"_s, u"Mail"_s, Text, Both, u"Of that account."_s),
        column(u"createdAt"_s, u"Created"_s, TimeMs, Both, u"When."_s),
        column(u"lastUsedAt"_s, u"Last used"_s, TimeMs, Both, u"Unknown = never."_s),
    };
    r.commands = {{u"revoke"_s,
                   u"Revoke"_s,
                   u"The key is worth nothing any more; ends the sessions it has opened."_s,
                   OperatorRole::Admin,
                   true,
                   Command::Targets::Many,
                   {}}};
    r.defaultSort = u"createdAt"_s;
    r.isDefaultDescending = true;
    return r;
}

Resource sessions()
{
    Resource r;
    r.name = u"sessions"_s;
    r.title = u"Sessions"_s;
    r.doc = u"Logins that are still good."_s;
    r.keyField = u"id"_s;
    r.columns = {
        column(u"id"_s, u"Session"_s, Text, Both, u"As in links."_s),
        column(u"user"_s, u"User"_s, Text, Both, u"Id of the account."_s),
        column(u"email"_s, u"Mail"_s, Text, Both, u"Of that account."_s),
        column(u"apiKey"_s, u"API key"_s, Text, Both, u"Which opened it; empty = a password."_s),
        column(u"createdAt"_s, u"Since"_s, TimeMs, Both, u"Login."_s),
        column(u"accessUntil"_s, u"Access until"_s, TimeMs, Both, u"End of its newest access token."_s),
        column(u"refreshUntil"_s, u"Refresh until"_s, TimeMs, Both, u"End of its refresh token; unknown = has none."_s),
    };
    r.commands = {{u"revoke"_s,
                   u"Revoke"_s,
                   u"Its tokens are worth nothing any more; its links become guests or end."_s,
                   OperatorRole::Admin,
                   true,
                   Command::Targets::Many,
                   {}}};
    r.defaultSort = u"createdAt"_s;
    r.isDefaultDescending = true;
    return r;
}

} // namespace

QList<Resource> systemResources()
{
    return {config(), users(), keys(), sessions()};
}

} // namespace Tidegate::Admin
