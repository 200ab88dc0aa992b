// SPDX-License-Identifier: MIT
import QtQuick
import Tidegate.Console

//! The pages. One is made when it is first looked at and kept; those out of sight watch nothing.
Item {
    id: frame

    required property Session session
    property string current
    property Page currentPage: null
    readonly property var sources: ({
        now: now, connections: connections, channels: channels, intents: intents, log: log, policy: policy, config: config
    })
    signal noticed(string text, string tone)
    signal wanted(string page, var what)
    signal commandWanted(string resource, string command, var keys)

    Component { id: now; NowPage {} }
    Component { id: connections; ConnectionsPage {} }
    Component { id: channels; ChannelsPage {} }
    Component { id: intents; IntentsPage {} }
    Component { id: log; LogPage {} }
    Component { id: policy; PolicyPage {} }
    Component { id: config; ConfigPage {} }

    Repeater {
        model: Object.keys(frame.sources)

        Loader {
            id: loader

            required property string modelData
            readonly property bool isCurrent: modelData === frame.current
            readonly property Page page: item as Page
            property bool isVisited: false

            function look() {
                if (!isCurrent)
                    return
                isVisited = true
                frame.currentPage = page
            }

            anchors.fill: parent
            active: isVisited
            sourceComponent: frame.sources[modelData]
            visible: isCurrent
            focus: isCurrent
            onIsCurrentChanged: look()
            onLoaded: look()
            Component.onCompleted: look()

            Binding {
                target: loader.page
                property: "session"
                value: frame.session
                when: loader.page !== null
            }

            Connections {
                target: loader.page

                function onNoticed(text, tone) { frame.noticed(text, tone) }
                function onWanted(page, what) { frame.wanted(page, what) }
                function onCommandWanted(resource, command, keys) { frame.commandWanted(resource, command, keys) }
            }
        }
    }
}
