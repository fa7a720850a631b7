# Apache with the prefork module; every request starts a CGI script.
setup() {
    apt-get install -y --no-install-recommends apache2 apache2-utils
    mkdir -p cgi && chmod 755 . cgi
    printf '#!/bin/sh\necho "Content-Type: text/plain"\necho\ndate\n' > cgi/date.cgi
    chmod 755 cgi/date.cgi
    cat > apache.conf << END
ServerRoot "$PWD"
ServerName localhost
Listen 127.0.0.1:54380
PidFile "$PWD/apache.pid"
ErrorLog "$PWD/apache.log"
User www-data
Group www-data
LoadModule mpm_prefork_module /usr/lib/apache2/modules/mod_mpm_prefork.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule alias_module /usr/lib/apache2/modules/mod_alias.so
LoadModule cgi_module /usr/lib/apache2/modules/mod_cgi.so
ScriptAlias "/cgi/" "$PWD/cgi/"
MaxConnectionsPerChild 20
END
}

run() {
    apache2 -f "$PWD/apache.conf" -k start
    sleep 1
    ab -q -n 800 -c 4 http://127.0.0.1:54380/cgi/date.cgi > ab.log
    apache2 -f "$PWD/apache.conf" -k stop
    sleep 1
}
